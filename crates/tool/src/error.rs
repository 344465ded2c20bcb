//! Something that failed in a run.

use std::error::Error;
use std::fmt;

/// Who has to act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blame {
    /// The pipeline, its inputs, or the machine it runs on: the user can mend it.
    Pipeline,
    /// A remote system.
    Remote,
    /// Nobody: a guard that the user has set, or a plan that does not hold any more, let nothing more be sent.
    Guard,
    /// seatflow itself.
    Bug,
}

/// A failure that ends a run: who is to blame, what happened, and where.
#[derive(Debug)]
pub struct ToolError {
    blame: Blame,
    message: String,
    help: Option<String>,
    context: Vec<(&'static str, String)>,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl ToolError {
    /// The pipeline, its inputs or the machine is at fault.
    pub fn pipeline(message: impl Into<String>) -> Self {
        Self::new(Blame::Pipeline, message.into())
    }

    /// A remote system is at fault.
    pub fn remote(message: impl Into<String>) -> Self {
        Self::new(Blame::Remote, message.into())
    }

    /// A guard of the user, or the plan, lets nothing more be sent.
    pub fn guard(message: impl Into<String>) -> Self {
        Self::new(Blame::Guard, message.into())
    }

    /// seatflow is at fault.
    pub fn bug(message: impl Into<String>) -> Self {
        Self::new(Blame::Bug, message.into())
    }

    fn new(blame: Blame, message: String) -> Self {
        Self { blame, message, help: None, context: Vec::new(), source: None }
    }

    /// Adds what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds a fact of where it happened.
    #[must_use]
    pub fn with(mut self, key: &'static str, value: impl Into<String>) -> Self {
        self.context.push((key, value.into()));
        self
    }

    /// Adds the error that led to it.
    #[must_use]
    pub fn from_source(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Who has to act.
    pub fn blame(&self) -> Blame {
        self.blame
    }

    /// What to do, if that is known.
    pub fn what_to_do(&self) -> Option<&str> {
        self.help.as_deref()
    }

    /// The facts of where it happened, in the order they were added.
    pub fn context(&self) -> &[(&'static str, String)] {
        &self.context
    }
}

impl fmt::Display for ToolError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl Error for ToolError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn Error + 'static))
    }
}

impl From<arrow::error::ArrowError> for ToolError {
    fn from(error: arrow::error::ArrowError) -> Self {
        Self::bug("a batch could not be built").from_source(error)
    }
}
