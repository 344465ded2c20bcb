//! Whether a write in doubt happened, told by a read.

mod document;
mod given;
mod matching;

use std::sync::Arc;

use bytes::Bytes;
use seatflow_catalog::{DottedPath, Given, Paging, Presence, Reconcile};
use serde_json::Value;

pub(crate) use self::document::Document;
use self::given::rows;
use self::matching::{Field, any, holds};
use crate::payload::Payload;
use crate::redact::Redactor;
use crate::request::{Refusal, Request};

/// What a read is asked about a write, with the write's own values.
pub(crate) struct Question {
    reconcile: Reconcile,
    /// The read; or why the write's values do not make one.
    read: Result<Request, Refusal>,
    /// What is looked for, a record each: a value for each path to find, then for each to compare, as far as the write has
    /// one. None at all, if they are too many.
    wanted: Option<Vec<Vec<Option<Value>>>>,
}

/// What a read tells of a write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// It happened.
    Done,
    /// It did not.
    NotDone,
    /// Neither; why.
    Nothing(String),
}

impl Told {
    fn nothing(why: &str) -> Self {
        Self::Nothing(why.to_owned())
    }
}

impl Question {
    /// Takes the values from a write's parameters and payload.
    pub(crate) fn bind<'a>(
        reconcile: &Reconcile,
        value_of: impl Fn(&str) -> Option<&'a str>,
        payload: Option<&Payload>,
    ) -> Self {
        let json = payload.map(Payload::json);
        let text = |given: &Given| match given {
            Given::Parameter(name) => value_of(name).map(str::to_owned),
            Given::Payload(path) => payload.and_then(|payload| payload.at(path)),
            Given::Literal(literal) => Some(literal.as_str().map_or_else(|| literal.to_string(), str::to_owned)),
        };
        let values: Vec<_> = reconcile.parameters.iter().map(|(name, given)| (name, text(given))).collect();
        let read = Request::bind(Arc::clone(&reconcile.read), &values, None);
        let sought: Vec<_> = reconcile.find.iter().chain(&reconcile.compare).map(|(_, given)| given).collect();
        let wanted = rows(&sought, |name| value_of(name).map(|value| Value::String(value.to_owned())), json);
        Self { reconcile: reconcile.clone(), read, wanted }
    }

    /// The id of the read.
    pub(crate) fn name(&self) -> &str {
        &self.reconcile.read.id
    }

    /// The read, if the write's values make one, and are such that its answer can tell.
    pub(crate) fn read(&self, redactor: &Redactor) -> Result<&Request, String> {
        let wanted = self.wanted.as_ref().ok_or("there is too much to look for")?;
        if wanted.iter().flatten().flatten().any(|value| is_masked(value, redactor)) {
            return Err("what is looked for is a secret, and masked in every answer".to_owned());
        }
        let found = self.reconcile.find.len();
        for row in wanted {
            let (find, compare) = row.split_at(found.min(row.len()));
            let lacking = find.iter().position(Option::is_none).and_then(|place| self.reconcile.find.get(place));
            if let Some((path, _)) = lacking {
                return Err(format!("the write does not say which `{path}`"));
            }
            if !compare.is_empty() && compare.iter().all(Option::is_none) {
                return Err("the write has nothing to compare".to_owned());
            }
        }
        self.read.as_ref().map_err(|refusal| redactor.text(&refusal.message).into_owned())
    }

    /// Whether a status of the read says that there is no such record.
    pub(crate) fn is_none(&self, status: u16) -> bool {
        self.reconcile.not_found.contains(&status)
    }

    /// What the pages of the read tell; no pages at all are no records.
    pub(crate) fn told(&self, pages: &[Document]) -> Told {
        let records: Option<Vec<_>> = pages.iter().map(|page| page.records_at(&self.reconcile.read.response)).collect();
        let Some(records) = records else {
            return Told::nothing("its answer has no records");
        };
        let records: Vec<_> = records.into_iter().flatten().collect();
        let paths: Vec<DottedPath> = self.paths().map(DottedPath::read).collect();
        let paths: Vec<Vec<&str>> = paths.iter().map(|path| path.names().collect()).collect();
        let is_there = |row: &Vec<Option<Value>>| {
            let fields = paths.iter().zip(row).filter_map(|(path, value)| Some((path.as_slice(), value.as_ref()?)));
            let fields: Vec<Field<'_>> = fields.collect();
            any(records.iter().map(|record| holds(record, &fields)))
        };
        let found: Vec<_> = self.wanted.iter().flatten().map(is_there).collect();
        let (is_some, is_none) = (found.contains(&Some(true)), found.contains(&Some(false)));
        match (is_some, is_none) {
            _ if found.is_empty() || found.contains(&None) => Told::nothing("its records do not say it"),
            (true, true) => Told::nothing("some of it is there, and some is not"),
            (false, true) if self.may_have_moved(pages) => {
                Told::nothing("it is on none of several pages, between which it may have moved")
            }
            (is_there, _) if is_there == (self.reconcile.done == Presence::Present) => Told::Done,
            _ => Told::NotDone,
        }
    }

    fn paths(&self) -> impl Iterator<Item = &str> {
        self.reconcile.find.iter().chain(&self.reconcile.compare).map(|(path, _)| path.as_str())
    }

    /// Whether a record may have been on another page each time: pages that are counted shift when a record goes.
    fn may_have_moved(&self, pages: &[Document]) -> bool {
        let is_counted = |paging: &Paging| {
            matches!(paging, Paging::Page { .. } | Paging::Offset { .. } | Paging::SelectorRange { .. })
        };
        pages.len() > 1 && is_counted(&self.reconcile.read.paging)
    }
}

/// Whether a value does not come back in an answer as it is.
fn is_masked(value: &Value, redactor: &Redactor) -> bool {
    let text = Bytes::from(value.to_string());
    redactor.data(text.clone()) != text
}
