//! Systems as one writes them, into nodes: `NAME` and `SCHEME(NAME, NAME*5; key = value)`, joined by `>`.

use super::{FIELD_LIMIT_BYTES, Fields, Key, Node, Place, Source, Value, shortened};
use crate::scenario::Error;
use std::borrow::Cow;

/// Maximum number of stages, and of members of one stage.
const MAX_PARTS: usize = 10_000;

/// Number of characters of a system that a message shows.
const SHOWN_CHARACTERS: usize = 60;

/// A text of one or more calls.
#[derive(Debug)]
pub(crate) struct Calls<'a> {
    source: Source<'a>,
    /// The calls, the first one first.
    pub calls: Vec<Call<'a>>,
}

/// A name alone, or a scheme with its members and parameters.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    /// The scheme; `None` for a name alone.
    pub scheme: Option<&'a str>,
    /// Who is asked, at least one.
    pub members: Vec<Named<'a>>,
    /// Where the call begins.
    pub place: Place,
    parameters: Node<'a>,
}

/// An agent and how many of its runs are asked.
#[derive(Debug)]
pub(crate) struct Named<'a> {
    /// Its name.
    pub name: Cow<'a, str>,
    /// The number after its asterisk, at least 1.
    pub runs: u64,
}

impl<'a> Calls<'a> {
    /// Parses a whole text.
    pub(crate) fn parse(text: &'a str) -> Result<Self, Error> {
        let shown = match text.char_indices().nth(SHOWN_CHARACTERS) {
            Some((end, _)) => format!("{}…", &text[..end]),
            None => text.into(),
        };
        let name = format!("system \"{}\"", crate::escape(&shown));
        let source = Source::File { name: name.into(), text };
        if text.len() > FIELD_LIMIT_BYTES {
            return Err(source.too_long(Place::new(0), text.len()));
        }
        let mut scanner = Scanner { text, at: 0, source: &source };
        let mut calls = vec![scanner.call()?];
        while scanner.take('>') {
            scanner.check_room(calls.len())?;
            calls.push(scanner.call()?);
        }
        scanner.check_end()?;
        Ok(Self { source, calls })
    }

    /// Returns the parameters of a call.
    pub(crate) fn parameters<'c>(&'c self, call: &'c Call<'a>) -> Result<Fields<'c>, Error> {
        Fields::of(&self.source, &call.parameters, String::new())
    }

    /// Returns the error at the place where the call has the key that it is about, else where the call begins.
    pub(crate) fn locate(&self, call: &Call<'_>, mut error: Error) -> Error {
        if error.location.is_none() {
            let key = error.key.split(['.', '[']).next().unwrap_or_default();
            let place = match &call.parameters.value {
                Value::Table(entries) => {
                    entries.iter().find(|(name, _)| name.name == key).map(|(_, node)| node.place)
                }
                Value::Number(_) | Value::Text(_) | Value::List(_) | Value::Other(_) => None,
            };
            error.location = self.source.locate(place.unwrap_or(call.place));
        }
        error
    }
}

/// Whether a name with this character needs no quotes.
pub(crate) fn is_plain(character: char) -> bool {
    character.is_alphanumeric() || "-_.:/".contains(character)
}

/// A text and how far it has been read.
struct Scanner<'s, 'a> {
    text: &'a str,
    at: usize,
    source: &'s Source<'a>,
}

impl<'a> Scanner<'_, 'a> {
    fn call(&mut self) -> Result<Call<'a>, Error> {
        self.skip_blanks();
        let place = Place::new(self.at);
        let is_quoted = self.peek() == Some('"');
        let start = self.at;
        let name = self.name("the name of an agent or of a scheme")?;
        let scheme = &self.text[start..self.at];
        let empty = Node { value: Value::Table(Vec::new()), place };
        if self.peek() == Some('*') {
            let message = format!("repeated runs need a scheme, such as majority({scheme}*5)");
            return Err(self.error(message));
        }
        if is_quoted || !self.take('(') {
            return Ok(Call {
                scheme: None,
                members: vec![Named { name, runs: 1 }],
                place,
                parameters: empty,
            });
        }
        let mut members = vec![self.member()?];
        while self.take(',') {
            self.check_room(members.len())?;
            members.push(self.member()?);
        }
        let parameters = if self.take(';') { self.parameters()? } else { Vec::new() };
        if !self.take(')') {
            return Err(self.expected("a comma, a semicolon and parameters, or a closing parenthesis"));
        }
        let parameters = Node { value: Value::Table(parameters), ..empty };
        Ok(Call { scheme: Some(scheme), members, place, parameters })
    }

    fn member(&mut self) -> Result<Named<'a>, Error> {
        let name = self.name("the name of an agent")?;
        if self.peek() == Some('(') {
            return Err(self.error("a scheme cannot stand inside another; stages are joined by >".into()));
        }
        if !self.take('*') {
            return Ok(Named { name, runs: 1 });
        }
        self.skip_blanks();
        let start = self.at;
        let literal = self.word();
        match super::whole_number(literal) {
            Some(runs @ 1..=1_000_000) => Ok(Named { name, runs }),
            _ => {
                self.at = start;
                let found = if literal.is_empty() { "nothing".into() } else { shortened(literal) };
                Err(self.error(format!(
                    "the number of runs must be a whole number from 1 to 1000000, got {found}"
                )))
            }
        }
    }

    /// Reads `key = value`, one or several, separated by commas.
    fn parameters(&mut self) -> Result<Vec<(Key<'a>, Node<'a>)>, Error> {
        let mut entries: Vec<(Key<'a>, Node<'a>)> = Vec::new();
        loop {
            self.skip_blanks();
            let place = Place::new(self.at);
            let key = self.word();
            if key.is_empty() {
                return Err(self.expected("a parameter, such as k = 2"));
            }
            if let Some((first, _)) = entries.iter().find(|(other, _)| other.name == key) {
                return Err(self.source.duplicate(key.into(), first.place, place));
            }
            if !self.take('=') {
                return Err(self.expected(&format!("= and the value of {}", shortened(key))));
            }
            let value = self.value()?;
            entries.push((Key { name: key.into(), place }, value));
            if !self.take(',') {
                return Ok(entries);
            }
        }
    }

    fn value(&mut self) -> Result<Node<'a>, Error> {
        self.skip_blanks();
        let place = Place::new(self.at);
        if !self.take('[') {
            return Ok(Node { value: self.scalar()?, place });
        }
        let mut items = Vec::new();
        while !self.take(']') {
            if !items.is_empty() && !self.take(',') {
                return Err(self.expected("a comma or a closing bracket"));
            }
            self.check_room(items.len())?;
            self.skip_blanks();
            let place = Place::new(self.at);
            items.push(Node { value: self.scalar()?, place });
        }
        Ok(Node { value: Value::List(items), place })
    }

    fn scalar(&mut self) -> Result<Value<'a>, Error> {
        if self.peek() == Some('"') {
            return Ok(Value::Text(self.quoted()?));
        }
        match self.word() {
            "" => Err(self.expected("a number or a word")),
            literal if super::number::is_literal(literal) => Ok(Value::Number(literal)),
            word => Ok(Value::Text(word.into())),
        }
    }

    fn name(&mut self, what: &str) -> Result<Cow<'a, str>, Error> {
        self.skip_blanks();
        if self.peek() == Some('"') {
            return self.quoted();
        }
        match self.word() {
            "" => {
                const QUOTES: &str =
                    "a name with other characters than letters, digits and -_.:/ stands in double quotes";
                let error = self.expected(what);
                Err(self.error(format!("{}; {QUOTES}", error.problem)))
            }
            word => Ok(word.into()),
        }
    }

    /// Reads a text in double quotes, in which a backslash stands before a quote or a backslash.
    fn quoted(&mut self) -> Result<Cow<'a, str>, Error> {
        let start = self.at;
        self.at += 1;
        let mut text = String::new();
        let mut characters = self.text[self.at..].char_indices();
        while let Some((offset, character)) = characters.next() {
            match character {
                '"' if text.is_empty() => {
                    self.at = start;
                    return Err(self.error("a name must not be empty".into()));
                }
                '"' => {
                    self.at += offset + 1;
                    return Ok(text.into());
                }
                '\\' => match characters.next() {
                    Some((_, escaped @ ('"' | '\\'))) => text.push(escaped),
                    _ => {
                        self.at += offset;
                        return Err(self.error("a backslash must stand before a quote or a backslash".into()));
                    }
                },
                character => text.push(character),
            }
        }
        self.at = start;
        Err(self.error("a name that begins with a double quote needs a closing one".into()))
    }

    /// Takes the plain characters that come next; a number may begin with a sign.
    fn word(&mut self) -> &'a str {
        let rest = &self.text[self.at..];
        let signs = usize::from(rest.starts_with('+'));
        let length =
            rest[signs..].find(|character| !is_plain(character)).map_or(rest.len(), |end| end + signs);
        self.at += length;
        &rest[..length]
    }

    fn peek(&mut self) -> Option<char> {
        self.skip_blanks();
        self.text[self.at..].chars().next()
    }

    fn take(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.at += wanted.len_utf8();
        }
        found
    }

    fn skip_blanks(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
    }

    fn check_room(&self, parts: usize) -> Result<(), Error> {
        if parts < MAX_PARTS {
            return Ok(());
        }
        Err(self.error(format!("at most {MAX_PARTS} parts can be listed")))
    }

    fn check_end(&mut self) -> Result<(), Error> {
        if self.peek().is_none() {
            Ok(())
        } else {
            Err(self.expected("> and the next stage, or the end of the text"))
        }
    }

    fn expected(&mut self, what: &str) -> Error {
        let found = match self.peek() {
            Some(character) => format!("{:?}", character.to_string()),
            None => "the end of the text".into(),
        };
        self.error(format!("expected {what}, got {found}"))
    }

    fn error(&self, message: String) -> Error {
        self.source.syntax(Place::new(self.at), message)
    }
}
