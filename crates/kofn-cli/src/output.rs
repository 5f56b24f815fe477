//! Standard output and standard error: the only place that writes to them.

use anstyle::{AnsiColor, Style};
use serde::Serialize;
use std::io::{self, Write};

/// Emphasis for headings.
pub(super) const STRONG: Style = Style::new().bold();
/// For what is beside the point.
pub(super) const FAINT: Style = Style::new().dimmed();
/// For agreement.
pub(super) const GOOD: Style = AnsiColor::Green.on_default().bold();
/// For disagreement and errors.
pub(super) const BAD: Style = AnsiColor::Red.on_default().bold();

/// Standard output, with styles on a terminal that wants them and plain elsewhere. Where the reader has gone, nothing
/// more is printed and the command goes on: its files are written and its exit code is kept.
pub(super) struct Output(Option<anstream::AutoStream<io::Stdout>>);

impl Output {
    pub(super) fn new() -> Self {
        Self(Some(anstream::AutoStream::auto(io::stdout())))
    }

    pub(super) fn line(&mut self, text: &str) -> io::Result<()> {
        self.bytes(format!("{text}\n").as_bytes())
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        let Some(stream) = &mut self.0 else { return Ok(()) };
        match stream.write_all(bytes).and_then(|()| stream.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => self.0 = None,
            written => return written,
        }
        Ok(())
    }

    /// One object on a line of its own.
    pub(super) fn json(&mut self, value: &impl Serialize) -> io::Result<()> {
        let text = serde_json::to_string(value).map_err(io::Error::other)?;
        self.line(&kofn::escape_json(&text))
    }

    /// One object a line for each of these.
    pub(super) fn json_lines(&mut self, values: &[impl Serialize]) -> io::Result<()> {
        let mut lines = String::new();
        for value in values {
            let text = serde_json::to_string(value).map_err(io::Error::other)?;
            lines.push_str(&kofn::escape_json(&text));
            lines.push('\n');
        }
        self.bytes(lines.as_bytes())
    }
}

/// Puts `text` into `style`.
pub(super) fn styled(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// Prints to standard error what went wrong. If that cannot be printed, nothing can.
pub(super) fn complain(failure: &dyn std::error::Error) {
    let mut stream = anstream::AutoStream::auto(io::stderr());
    let _ = writeln!(stream, "{}: {}", styled(BAD, "kofn"), escaped(&failure.to_string()));
}

/// Prints to standard error what happened beside the answer. If that cannot be printed, nothing can.
pub(super) fn note(text: &str) {
    let mut stream = anstream::AutoStream::auto(io::stderr());
    let _ = writeln!(stream, "{}", styled(FAINT, &escaped(text)));
}

/// Prints to standard error what is wrong with the arguments, or the help where there are none.
pub(super) fn complain_of_usage(said: &clap::Error) {
    let mut stream = anstream::AutoStream::auto(io::stderr());
    let _ = match said.render().to_string().strip_prefix("error: ") {
        Some(text) => write!(stream, "{}: {}", styled(BAD, "error"), escaped(text)),
        None => write!(stream, "{}", said.render().ansi()),
    };
}

/// Text that may quote files and arguments, without characters that a terminal would obey.
fn escaped(text: &str) -> String {
    text.split('\n').map(kofn::escape).collect::<Vec<_>>().join("\n")
}
