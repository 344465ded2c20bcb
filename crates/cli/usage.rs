//! Arguments that make no sense.

use std::fmt;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, CommandFactory};
use seatflow_spec::{help_for_unknown, listed, nearest};

/// What is wrong with the arguments, and what to do.
#[derive(Debug)]
pub(crate) struct Usage {
    message: String,
    help: Option<String>,
}

impl Usage {
    /// One sentence that says what is wrong.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None }
    }

    /// There is no such thing: offers the nearest one, and the command that lists them all.
    pub(crate) fn unknown<'a>(what: &str, name: &str, valid: impl IntoIterator<Item = &'a str>, list: &str) -> Self {
        let near = nearest(name, valid).map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
        Self::new(format!("there is no {what} `{name}`")).help(format!("{near}`{list}` lists them all"))
    }

    /// Says what to do.
    pub(crate) fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    /// What to do.
    pub(crate) fn what_to_do(&self) -> Option<&str> {
        self.help.as_deref()
    }

    /// What clap found, in our words; `None` if it has found nothing wrong, or something that it says best itself.
    pub(crate) fn of_clap<A: CommandFactory>(error: &clap::Error, arguments: &[String]) -> Option<Self> {
        let text = |kind| match error.get(kind)? {
            ContextValue::String(text) => Some(text.clone()),
            ContextValue::Strings(texts) => Some(listed(texts.iter().map(String::as_str))),
            _ => None,
        };
        let (verb, path) = verb_of(A::command(), arguments);
        let more = format!("`{path} --help` tells more");
        Some(match error.kind() {
            ErrorKind::InvalidSubcommand => {
                let name = text(ContextKind::InvalidSubcommand)?;
                let verbs = verb.get_subcommands().map(Command::get_name);
                Self::unknown("verb", &name, verbs, &format!("{path} --help"))
            }
            ErrorKind::UnknownArgument => {
                let name = text(ContextKind::InvalidArg)?;
                let flags = verb.get_arguments().filter_map(clap::Arg::get_long);
                let flags: Vec<String> = flags.chain(["help"]).map(|flag| format!("--{flag}")).collect();
                let near = nearest(&name, flags.iter().map(String::as_str)).filter(|_| name.starts_with('-'));
                let near = near.map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
                Self::new(format!("`{path}` has no argument `{name}`")).help(format!("{near}{more}"))
            }
            ErrorKind::MissingRequiredArgument => {
                Self::new(format!("`{path}` needs {}", text(ContextKind::InvalidArg)?)).help(more)
            }
            ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
                let argument = text(ContextKind::InvalidArg)?;
                let value = text(ContextKind::InvalidValue).filter(|value| !value.is_empty());
                let Some(value) = value else {
                    return Some(Self::new(format!("`{argument}` needs a value")).help(more));
                };
                let source = std::error::Error::source(error);
                let why = source.map(|why| format!(": {why}")).unwrap_or_default();
                let own = source.and_then(|why| why.downcast_ref::<Self>()?.what_to_do());
                let valid = match error.get(ContextKind::ValidValue) {
                    Some(ContextValue::Strings(valid)) => help_for_unknown(&value, valid.iter().map(String::as_str)),
                    _ => None,
                };
                let help = valid.map(|valid| format!("{valid}; {more}"));
                let help = own.map(str::to_owned).or(help).unwrap_or(more);
                Self::new(format!("`{value}` is no value for `{argument}`{why}")).help(help)
            }
            ErrorKind::ArgumentConflict => {
                let (argument, prior) = (text(ContextKind::InvalidArg)?, text(ContextKind::PriorArg)?);
                let twice = argument == prior;
                let message = if twice {
                    format!("`{argument}` is there twice")
                } else {
                    format!("not both {argument} and {prior}")
                };
                Self::new(message).help(more)
            }
            _ => return None,
        })
    }
}

/// The verb that the arguments lead to, as far as there is one, and how it is called.
fn verb_of(mut verb: Command, arguments: &[String]) -> (Command, String) {
    verb.build();
    let mut path = verb.get_name().to_owned();
    // What can stand before a verb takes no value, and `help` leads to what is behind it.
    for argument in arguments.iter().filter(|argument| !argument.starts_with('-') && *argument != "help") {
        let Some(next) = verb.find_subcommand(argument).cloned() else { break };
        path = format!("{path} {argument}");
        verb = next;
    }
    (verb, path)
}

impl fmt::Display for Usage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for Usage {}
