//! Ids of endpoints: a noun, a dot and a verb.

use std::collections::HashSet;

use super::words::{camel, words};

/// Words that say what is done.
const VERBS: &str = "accept activate add allocate approve archive assign attach authorize begin block cancel change check clear \
    clone close confirm copy count create deactivate delete deny detach disable download enable end export fetch \
    find generate get grant head import insert invite issue join leave link list lock merge move order patch post \
    publish purge put query read reject release remove rename renew replace request resend reset restore resume \
    retrieve revoke rotate run search send set start stop suspend take unassign update";

/// What an id is made from.
pub(super) struct Operation<'d> {
    pub(super) id: Option<&'d str>,
    pub(super) tag: Option<&'d str>,
    pub(super) method: &'d str,
    pub(super) path: &'d str,
    pub(super) is_list: bool,
}

/// Gives ids that are not given yet.
#[derive(Default)]
pub(super) struct Ids {
    taken: HashSet<String>,
}

impl Ids {
    /// The id of an operation, and whether another had the one that it would have.
    pub(super) fn give(&mut self, operation: &Operation<'_>) -> (String, bool) {
        let base = operation.id.and_then(|id| of_name(id, operation)).unwrap_or_else(|| of_path(operation));
        let mut id = base.clone();
        for number in 2.. {
            if self.taken.insert(id.clone()) {
                break;
            }
            id = format!("{base}_{number}");
        }
        let is_another = id != base;
        (id, is_another)
    }
}

fn is_verb(word: &str) -> bool {
    VERBS.split(' ').any(|verb| verb == word)
}

/// From `users.list`, `users/list`, `listUsers`, `list_users`, `users_list`, `getUserById`.
fn of_name(name: &str, operation: &Operation<'_>) -> Option<String> {
    let parts: Vec<Vec<String>> = name.split(['.', '/', ':', '#']).map(words).filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        [] => None,
        [one] => Some(of_words(one, operation)),
        [first, rest @ ..] if is_verb(&first[0]) && rest.iter().all(|part| !is_verb(&part[0])) => {
            Some(format!("{}.{}", camel(&rest.concat()), camel(first)))
        }
        several => Some(several.iter().map(|part| camel(part)).collect::<Vec<_>>().join(".")),
    }
}

fn of_words(words: &[String], operation: &Operation<'_>) -> String {
    match words {
        [verb, noun @ ..] if is_verb(verb) && !noun.is_empty() => {
            // What it is found by belongs to the verb: `user.getById`.
            let by = noun.iter().skip(1).position(|word| word == "by").map_or(noun.len(), |at| at + 1);
            let (noun, by) = noun.split_at(by);
            format!("{}.{}", as_in_path(&camel(noun), operation), camel(&[std::slice::from_ref(verb), by].concat()))
        }
        [noun @ .., verb] if is_verb(verb) && !noun.is_empty() => {
            format!("{}.{verb}", as_in_path(&camel(noun), operation))
        }
        _ => match words.iter().position(|word| is_verb(word)).filter(|at| *at > 0) {
            Some(verb) => format!("{}.{}", camel(&words[..verb]), camel(&words[verb..])),
            None => format!("{}.{}", noun(operation), camel(words)),
        },
    }
}

/// What is one seat in the name of an operation and `seats` in its path is `seats`, as in the operations beside it.
fn as_in_path(noun: &str, operation: &Operation<'_>) -> String {
    let parts = operation.path.split('/').filter(|part| !part.contains('{'));
    let plural = parts.map(|part| camel(&words(part))).find(|part| {
        let ending = part.strip_prefix(noun).or_else(|| part.strip_prefix(noun.strip_suffix('y')?));
        ending.is_some_and(|ending| matches!(ending, "s" | "es" | "ies"))
    });
    plural.unwrap_or_else(|| noun.to_owned())
}

fn of_path(operation: &Operation<'_>) -> String {
    let parts: Vec<&str> = operation.path.split(['?', '#']).next().unwrap_or_default().split('/').collect();
    let last = parts.iter().rev().find(|part| !part.is_empty()).copied().unwrap_or_default();
    let last_words = words(last);
    if !last.starts_with('{') && last_words.first().is_some_and(|word| is_verb(word)) && parts.len() > 2 {
        let before = operation.path.rsplit_once('/').map_or("", |(before, _)| before);
        return format!("{}.{}", noun(&Operation { path: before, ..*operation }), camel(&last_words));
    }
    let verb = match operation.method {
        "GET" if operation.is_list => "list",
        "GET" => "get",
        "POST" => "create",
        "PUT" => "replace",
        "PATCH" => "update",
        "DELETE" => "delete",
        _ => "head",
    };
    format!("{}.{verb}", noun(operation))
}

/// What it is about: what its path names, else its tag.
fn noun(operation: &Operation<'_>) -> String {
    let parts = operation.path.split(['?', '#']).next().unwrap_or_default().split('/');
    let is_version =
        |part: &str| part.strip_prefix('v').is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit()));
    let literal =
        parts.filter(|part| !part.contains('{') && !is_version(part) && !matches!(*part, "" | "api" | "rest"));
    let noun = camel(&literal.flat_map(words).collect::<Vec<_>>());
    let tag = || operation.tag.map(|tag| camel(&words(tag)));
    let noun = Some(noun).filter(|noun| !noun.is_empty()).or_else(tag);
    noun.filter(|noun| !noun.is_empty()).unwrap_or_else(|| "root".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(id: Option<&str>, method: &str, path: &str) -> String {
        Ids::default().give(&Operation { id, tag: Some("Users"), method, path, is_list: path == "/v1/users" }).0
    }

    #[test]
    fn an_id_is_a_noun_and_a_verb_whatever_the_operation_is_called() {
        for (name, expected) in [
            ("users.list", "users.list"),
            ("users/list", "users.list"),
            ("listUsers", "users.list"),
            ("list_users", "users.list"),
            ("users_list", "users.list"),
            ("users_sendMail", "users.sendMail"),
            ("getUserById", "users.getById"),
            ("licensing.licenseAssignments.insert", "licensing.licenseAssignments.insert"),
            ("users.GetById", "users.getById"),
            ("login", "users.login"),
            ("List All Users", "allUsers.list"),
        ] {
            assert_eq!(id(Some(name), "GET", "/v1/users"), expected, "{name}");
        }
    }

    #[test]
    fn without_a_name_the_path_says_it() {
        for (method, path, expected) in [
            ("GET", "/v1/users", "users.list"),
            ("GET", "/v1/users/{userId}", "users.get"),
            ("POST", "/api/v2/users", "users.create"),
            ("POST", "/users/{id}/suspend", "users.suspend"),
            ("POST", "/users/{id}/check-in", "users.checkIn"),
            ("DELETE", "/users/{id}/keys/{key}", "usersKeys.delete"),
            ("GET", "/{id}", "users.get"),
        ] {
            assert_eq!(id(None, method, path), expected, "{method} {path}");
        }
    }

    #[test]
    fn no_id_is_given_twice() {
        let operation = Operation { id: Some("listUsers"), tag: None, method: "GET", path: "/", is_list: true };
        let mut ids = Ids::default();
        let given: Vec<String> = (0..3).map(|_| ids.give(&operation).0).collect();
        assert_eq!(given, ["users.list", "users.list_2", "users.list_3"]);
    }
}
