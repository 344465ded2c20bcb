//! Who is given bundles: groups, for their members, and users.

use rusqlite::{Connection, params};

use super::body::Bundles;

/// A group or a user, by its id.
#[derive(Debug, Clone, Copy)]
pub(super) enum Holder<'a> {
    Group(&'a str),
    User(&'a str),
}

impl<'a> Holder<'a> {
    fn id(self) -> &'a str {
        match self {
            Self::Group(id) | Self::User(id) => id,
        }
    }

    /// The table of such holders, that of their bundles, and the column of it that says whose they are.
    fn tables(self) -> [&'static str; 3] {
        match self {
            Self::Group(_) => ["uipath_group", "uipath_group_bundle", "group_id"],
            Self::User(_) => ["uipath_user", "uipath_user_bundle", "user"],
        }
    }

    /// Whether it is of this organization.
    pub(super) fn is_of(self, connection: &Connection, organization: &str) -> rusqlite::Result<bool> {
        let [holders, ..] = self.tables();
        connection
            .prepare_cached(&format!("SELECT 1 FROM {holders} WHERE id = ?1 AND organization = ?2"))?
            .exists([self.id(), organization])
    }

    /// What it was given directly.
    pub(super) fn bundles(self, connection: &Connection) -> rusqlite::Result<Bundles> {
        let [holders, bundles, whose] = self.tables();
        let external = connection
            .prepare_cached(&format!("SELECT external FROM {holders} WHERE id = ?1"))?
            .query_row([self.id()], |row| row.get(0))?;
        let codes = connection
            .prepare_cached(&format!("SELECT code FROM {bundles} WHERE {whose} = ?1 ORDER BY place"))?
            .query_map([self.id()], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        Ok(Bundles { codes, external })
    }

    /// Gives it these, in the place of all that it had.
    pub(super) fn give(self, connection: &Connection, given: &Bundles) -> rusqlite::Result<()> {
        let [holders, bundles, whose] = self.tables();
        connection
            .prepare_cached(&format!("UPDATE {holders} SET external = ?2 WHERE id = ?1"))?
            .execute(params![self.id(), given.external])?;
        connection.prepare_cached(&format!("DELETE FROM {bundles} WHERE {whose} = ?1"))?.execute([self.id()])?;
        let mut insert = connection.prepare_cached(&format!("INSERT INTO {bundles} VALUES (?1, ?2, ?3)"))?;
        for (place, code) in (0i64..).zip(&given.codes) {
            insert.execute(params![self.id(), code, place])?;
        }
        Ok(())
    }
}
