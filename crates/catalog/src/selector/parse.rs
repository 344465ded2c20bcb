//! Reading selectors.

use percent_encoding::percent_decode_str;

use super::condition::{Comparison, Condition, Joiner, Operator, Value};
use super::cursor::Cursor;
use super::fault::SelectorFault;
use super::parameters::{Parameters, sort_keys};
use super::quotes::Quotes;
use super::step::Step;
use super::{Include, Selector};
use crate::Effect;

/// A text that is a selector, or a part of one that begins behind so many characters.
#[derive(Clone, Copy)]
pub(super) struct Fragment<'a> {
    text: &'a str,
    before: usize,
}

impl<'a> Fragment<'a> {
    pub(super) fn new(text: &'a str, before: usize) -> Self {
        Self { text, before }
    }

    /// Reads it with closed quotes, else, for a read, leniently. If both fail, it is said how far the better one came.
    fn read<T>(
        self,
        effect: Effect,
        read: impl Fn(&mut Parser) -> Result<T, SelectorFault>,
    ) -> Result<T, SelectorFault> {
        let with = |quotes| {
            let mut parser = Parser { cursor: Cursor::new(self.text, self.before), quotes, effect };
            let found = read(&mut parser)?;
            parser.end()?;
            Ok(found)
        };
        with(Quotes::Closed).or_else(|strict: SelectorFault| match (with(Quotes::Lenient), effect) {
            (Ok(found), Effect::Read) => Ok(found),
            (Ok(_), Effect::Write) => Err(strict.with_help("close each quote, and write a `'` in a value twice")),
            (Err(lenient), Effect::Read) if lenient.position > strict.position => Err(lenient),
            (Err(_), _) => Err(strict),
        })
    }
}

/// Reads a raw text that tells what is read, or what is written.
pub(super) fn whole(text: Fragment<'_>, effect: Effect) -> Result<Selector, SelectorFault> {
    text.read(effect, |parser| {
        let mut selector = parser.path()?;
        if parser.cursor.eat("?") {
            selector.includes.push(parser.include()?);
            while parser.cursor.eat("&") {
                selector.includes.push(parser.include()?);
            }
        }
        Ok(selector)
    })
}

/// Reads the end of a request's target, each piece by itself.
pub(super) fn target(target: &str) -> Result<Selector, SelectorFault> {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let path = decoded(path, 0)?;
    let mut selector = Fragment::new(&path, 0).read(Effect::Read, Parser::path)?;
    let mut before = path.chars().count() + 1;
    for piece in query.split('&').filter(|_| !query.is_empty()) {
        let include = decoded(piece, before)?;
        selector.includes.push(Fragment::new(&include, before).read(Effect::Read, Parser::include)?);
        before += include.chars().count() + 1;
    }
    Ok(selector)
}

fn decoded(piece: &str, before: usize) -> Result<String, SelectorFault> {
    let text = percent_decode_str(piece).decode_utf8();
    text.map(std::borrow::Cow::into_owned)
        .map_err(|_| SelectorFault::new(before + 1, "what begins here is not UTF-8 when it is percent-decoded"))
}

struct Parser {
    cursor: Cursor,
    quotes: Quotes,
    effect: Effect,
}

impl Parser {
    /// A path, and perhaps a `/` at its end.
    fn path(&mut self) -> Result<Selector, SelectorFault> {
        if self.cursor.peek() == Some('~') {
            let fault = self.cursor.fault("a selector begins with a type, not with a relation");
            return Err(fault.with_help("begin with the type of the objects that the path starts from"));
        }
        if self.cursor.peek() == Some('/') {
            let fault = self.cursor.missing("the name of a type");
            return Err(fault.with_help("a selector is what follows `/graph/`"));
        }
        let mut last = self.cursor.position();
        let mut steps = vec![self.step("the name of a type")?];
        let mut projection = Vec::new();
        while self.cursor.eat("/") {
            match self.cursor.peek() {
                None | Some('?') => break,
                Some('@') => {
                    projection = self.projection()?;
                    break;
                }
                Some(_) => {
                    last = self.cursor.position();
                    steps.push(self.step("a step")?);
                }
            }
        }
        check_end(&steps, last)?;
        if self.effect == Effect::Write {
            check_named(&steps, last)?;
        }
        let parameters = self.parameters()?;
        self.cursor.eat("/");
        Ok(Selector { steps, projection, parameters, includes: Vec::new() })
    }

    fn include(&mut self) -> Result<Include, SelectorFault> {
        if self.cursor.peek() != Some('/') {
            let fault = self.cursor.missing("the `/` of an include");
            return Err(fault.with_help("what follows `?` and `&` is a path, such as `/~ManyToOne/LicensedItem`"));
        }
        let mut steps = Vec::new();
        let mut last = self.cursor.position();
        while self.cursor.eat("/") {
            last = self.cursor.position();
            steps.push(self.step("a step")?);
        }
        check_end(&steps, last)?;
        Ok(Include { steps, parameters: self.parameters()? })
    }

    fn step(&mut self, wanted: &str) -> Result<Step, SelectorFault> {
        let relation = self.cursor.eat("~");
        let name = self.cursor.name(if relation { "the name of a relation" } else { wanted })?;
        let collection = if self.cursor.eat(":") { Some(self.cursor.name("the name of a collection")?) } else { None };
        Ok(Step { relation, name, collection, conditions: self.conditions()? })
    }

    fn projection(&mut self) -> Result<Vec<String>, SelectorFault> {
        let mut fields = Vec::new();
        while fields.is_empty() || self.cursor.eat(",") {
            if !self.cursor.eat("@") {
                return Err(self.cursor.missing("the `@` of a field"));
            }
            fields.push(self.cursor.name("the name of a field")?);
        }
        Ok(fields)
    }

    fn conditions(&mut self) -> Result<Vec<Condition>, SelectorFault> {
        let opened = self.cursor.position();
        let mut conditions = Vec::new();
        if !self.cursor.eat("[") {
            return Ok(conditions);
        }
        self.cursor.skip_blanks();
        if self.cursor.eat("]") {
            return Ok(conditions);
        }
        let mut joiner = Joiner::Comma;
        loop {
            conditions.push(self.condition(joiner)?);
            self.cursor.skip_blanks();
            if self.cursor.eat("]") {
                return Ok(conditions);
            }
            joiner = self.joiner().ok_or_else(|| {
                let help = format!("it closes the `[` of character {opened}; conditions are joined by `,` or `and`");
                self.cursor.missing("`]`").with_help(help)
            })?;
            self.cursor.skip_blanks();
        }
    }

    fn joiner(&mut self) -> Option<Joiner> {
        Joiner::ALL.into_iter().find(|(_, text)| self.cursor.eat(text)).map(|(joiner, _)| joiner)
    }

    fn condition(&mut self, joiner: Joiner) -> Result<Condition, SelectorFault> {
        if !self.cursor.eat("@") {
            let fault = self.cursor.missing("the `@` of a condition");
            return Err(fault.with_help("a condition is such as `@name='Acme Inc'`"));
        }
        let field = self.cursor.name("the name of a field")?;
        self.cursor.skip_blanks();
        let operator = Operator::ALL.into_iter().find(|(_, text)| self.cursor.eat(text));
        let comparison = match operator {
            None => None,
            Some((operator, _)) => {
                self.cursor.skip_blanks();
                Some(Comparison { operator, value: self.value()? })
            }
        };
        Ok(Condition { joiner, field, comparison })
    }

    fn value(&mut self) -> Result<Value, SelectorFault> {
        let opened = self.cursor.position();
        if self.cursor.eat("'") {
            let Some((length, quote)) = self.quotes.end(self.cursor.rest()) else {
                let fault = SelectorFault::new(opened, "the `'` that closes the value of this one is missing");
                return Err(fault.with_help("a `'` in a value is written twice"));
            };
            let text = self.cursor.take(length).replace("''", "'");
            self.cursor.pass(quote);
            return Ok(Value::Quoted(text));
        }
        let text = self.cursor.take_while(|character| !matches!(character, ']' | ',' | '&' | '\'' | ' '));
        if text.is_empty() { Err(self.cursor.missing("a value")) } else { Ok(Value::bare(text)) }
    }

    fn parameters(&mut self) -> Result<Parameters, SelectorFault> {
        let mut parameters = Parameters::default();
        if !self.cursor.eat("{") {
            return Ok(parameters);
        }
        if self.cursor.eat("count}") {
            parameters.count = true;
            return Ok(parameters);
        }
        loop {
            self.parameter(&mut parameters)?;
            if self.cursor.eat("}") {
                return Ok(parameters);
            }
            if !self.cursor.eat(",") {
                return Err(self.cursor.missing("`}`"));
            }
        }
    }

    fn parameter(&mut self, parameters: &mut Parameters) -> Result<(), SelectorFault> {
        let position = self.cursor.position();
        let name = self.cursor.name("the name of a parameter")?;
        if name == "count" {
            let fault = SelectorFault::new(position, "`count` stands alone, without a value");
            return Err(fault.with_help("write `{count}`"));
        }
        if parameters.value(&name).is_some() {
            return Err(SelectorFault::new(position, format!("`{name}` is given twice")));
        }
        if !self.cursor.eat("=") {
            return Err(self.cursor.missing(&format!("the `=` of `{name}`")));
        }
        let position = self.cursor.position();
        let value = self.cursor.take_while(|character| !matches!(character, ',' | '}'));
        match name.as_str() {
            "i" | "r" if value.starts_with('+') || value.parse::<u64>().is_err() => {
                return Err(SelectorFault::new(position, format!("`{name}` takes a whole number from 0")));
            }
            "s" if !sort_keys(&value).all(|key| is_name(key.field)) => {
                let fault = SelectorFault::new(position, "`s` takes the names of fields, joined by `;`");
                return Err(fault.with_help("a `-` before a name sorts downwards: `{s=type;-name}`"));
            }
            _ => {}
        }
        parameters.values.push((name, value));
        Ok(())
    }

    fn end(&self) -> Result<(), SelectorFault> {
        let Some(found) = self.cursor.peek() else {
            return Ok(());
        };
        let ended = self.cursor.fault(format!("the selector has ended before this `{found}`"));
        Err(match found {
            ' ' => self.cursor.fault("the selector has ended before this blank"),
            '?' => ended.with_help("one include follows another with a `&`"),
            '%' => self
                .cursor
                .fault("a selector has no `%` here")
                .with_help("write it as it is meant, not percent-encoded"),
            '(' => self.cursor.fault("a selector has no `(`").with_help(
                "`me()` is asked for by `me.read`, `profile(..)` by `profile.get`, `emailAndProfile(..)` by \
                    `profile.getByEmail`",
            ),
            _ => ended,
        })
    }
}

/// Refuses a path that ends with a mere multiplicity.
fn check_end(steps: &[Step], position: usize) -> Result<(), SelectorFault> {
    match steps.last() {
        Some(last) if last.multiplicity().is_some() => {
            let fault = SelectorFault::new(position, format!("`~{}` leads to no type", last.name()));
            Err(fault.with_help("add the type behind it, such as `/License`"))
        }
        _ => Ok(()),
    }
}

/// Refuses a path to whatever there is at its end: what is written is told by what it equals.
fn check_named(steps: &[Step], position: usize) -> Result<(), SelectorFault> {
    match steps.last() {
        Some(last) if !last.conditions().iter().any(Condition::names) => {
            let name = last.name();
            let fault = SelectorFault::new(position, format!("nothing tells which `{name}` is meant"));
            Err(fault.with_help(format!("name it by what it equals, such as `{name}[@id='..']`")))
        }
        _ => Ok(()),
    }
}

fn is_name(text: &str) -> bool {
    let mut cursor = Cursor::new(text, 0);
    cursor.name("").is_ok() && cursor.peek().is_none()
}
