//! A pass of a run that writes its journal, or a view of one.

use std::future::ready;

use futures::future::BoxFuture;
use seatflow_call::{Attempt, Intent, Journal, JournalError, Login, PageName, Recall, Recorded, UnknownCall};

use crate::error::Error;
use crate::given::Ended;
use crate::pass::{Pass, unwritable};
use crate::sight::Sight;

/// A pass of a run that writes its journal, or a view of one.
///
/// A pass that is dropped without [`Session::end`] is as one whose process was killed.
///
/// What is recalled is read while its future is made, and keeps the thread for as long as that takes: two look-ups in an
/// index, and the part of the journal where the answer stands, unless that was read just before.
#[derive(Debug)]
pub struct Session(Kind);

#[derive(Debug)]
enum Kind {
    Pass(Box<Pass>),
    View(Box<Sight>),
}

impl Session {
    pub(crate) fn of_pass(pass: Pass) -> Self {
        Self(Kind::Pass(Box::new(pass)))
    }

    pub(crate) fn of_view(sight: Sight) -> Self {
        Self(Kind::View(Box::new(sight)))
    }

    /// Ends the pass. It is durable when this returns; a view has nothing to end.
    ///
    /// # Errors
    /// It cannot be written, or something could not be written before.
    pub fn end(&self, ended: Ended) -> Result<(), Error> {
        match &self.0 {
            Kind::Pass(pass) => pass.end(ended),
            Kind::View(_) => Ok(()),
        }
    }
}

/// Nothing to wait for.
fn at_once<'a, T: Send + 'a>(value: Result<T, JournalError>) -> BoxFuture<'a, Result<T, JournalError>> {
    Box::pin(ready(value))
}

impl Journal for Session {
    fn keeps_attempts(&self) -> bool {
        true
    }

    fn recall<'a>(&'a self, page: PageName<'a>) -> BoxFuture<'a, Result<Recall, JournalError>> {
        at_once(match &self.0 {
            Kind::Pass(pass) => pass.recall(&page),
            Kind::View(sight) => sight.recall(&page),
        })
    }

    fn intent<'a>(&'a self, page: PageName<'a>, intent: Intent<'a>) -> BoxFuture<'a, Result<(), JournalError>> {
        match &self.0 {
            Kind::Pass(pass) => Box::pin(async move { pass.intent(&page, &intent).await }),
            Kind::View(_) => at_once(Err(unwritable(Error::NothingIsSent(page.node.to_owned())))),
        }
    }

    fn withdrawn<'a>(&'a self, page: PageName<'a>) -> BoxFuture<'a, Result<(), JournalError>> {
        match &self.0 {
            Kind::Pass(pass) => Box::pin(async move { pass.withdrawn(&page).await }),
            Kind::View(_) => at_once(Ok(())),
        }
    }

    fn outcome<'a>(
        &'a self,
        page: PageName<'a>,
        outcome: Recorded<'a>,
        attempts: &'a [Attempt],
    ) -> BoxFuture<'a, Result<(), JournalError>> {
        match &self.0 {
            Kind::Pass(pass) => Box::pin(async move { pass.outcome(&page, outcome, attempts).await }),
            Kind::View(_) => at_once(Ok(())),
        }
    }

    fn planned<'a>(
        &'a self,
        page: PageName<'a>,
        intent: Intent<'a>,
        record: &'a str,
    ) -> BoxFuture<'a, Result<(), JournalError>> {
        match &self.0 {
            Kind::Pass(pass) => Box::pin(async move { pass.planned(&page, &intent, record).await }),
            Kind::View(_) => at_once(Ok(())),
        }
    }

    fn unknown<'a>(&'a self, unknown: UnknownCall<'a>) -> BoxFuture<'a, Result<(), JournalError>> {
        match &self.0 {
            Kind::Pass(pass) => Box::pin(async move { pass.unknown(&unknown).await }),
            Kind::View(_) => at_once(Ok(())),
        }
    }

    fn login<'a>(&'a self, node: &'a str, login: &'a Login) -> BoxFuture<'a, Result<(), JournalError>> {
        match &self.0 {
            Kind::Pass(pass) => Box::pin(pass.login(node, login)),
            Kind::View(_) => at_once(Ok(())),
        }
    }

    fn recall_login<'a>(&'a self, node: &'a str) -> BoxFuture<'a, Result<Option<Login>, JournalError>> {
        at_once(match &self.0 {
            Kind::Pass(_) => Ok(None),
            Kind::View(sight) => sight.recall_login(node).map(Some),
        })
    }
}
