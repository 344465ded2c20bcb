//! A pass of a run that writes its journal, or a view of one.

use futures::future::BoxFuture;
use seatflow_call::{Attempt, Intent, Journal, JournalError, Login, PageName, Recall, Recorded, UnknownCall};

use crate::error::Error;
use crate::given::Ended;

/// A pass of a run that writes its journal, or a view of one.
#[derive(Debug)]
pub struct Session;

#[expect(unused_variables, clippy::missing_panics_doc, clippy::unimplemented, reason = "the bodies follow")]
impl Session {
    /// Ends the pass. It is durable when this returns; a view has nothing to end.
    pub fn end(&self, ended: Ended) -> Result<(), Error> {
        unimplemented!()
    }
}

#[expect(clippy::unimplemented, reason = "the bodies follow")]
impl Journal for Session {
    fn keeps_attempts(&self) -> bool {
        true
    }

    fn recall<'a>(&'a self, _page: PageName<'a>) -> BoxFuture<'a, Result<Recall, JournalError>> {
        unimplemented!()
    }

    fn intent<'a>(&'a self, _: PageName<'a>, _: Intent<'a>) -> BoxFuture<'a, Result<(), JournalError>> {
        unimplemented!()
    }

    fn withdrawn<'a>(&'a self, _: PageName<'a>) -> BoxFuture<'a, Result<(), JournalError>> {
        unimplemented!()
    }

    fn outcome<'a>(
        &'a self,
        _: PageName<'a>,
        _: Recorded<'a>,
        _: &'a [Attempt],
    ) -> BoxFuture<'a, Result<(), JournalError>> {
        unimplemented!()
    }

    fn planned<'a>(&'a self, _: PageName<'a>, _: Intent<'a>, _: &'a str) -> BoxFuture<'a, Result<(), JournalError>> {
        unimplemented!()
    }

    fn unknown<'a>(&'a self, _: UnknownCall<'a>) -> BoxFuture<'a, Result<(), JournalError>> {
        unimplemented!()
    }

    fn login<'a>(&'a self, _: &'a str, _: &'a Login) -> BoxFuture<'a, Result<(), JournalError>> {
        unimplemented!()
    }

    fn recall_login<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<Option<Login>, JournalError>> {
        unimplemented!()
    }
}
