//! `kofn figures`: the book's figures, and the same for other constants.

use super::args::FiguresArguments;
use super::output::{self, Output};
use super::{End, Failure, files};
use kofn_book::{Figure, FigureError, Setting, Settings};
use std::path::PathBuf;

/// Where the book's own figures are written.
const BOOK: &str = "figures";

pub(super) fn figures(arguments: &FiguresArguments, output: &mut Output) -> Result<End, Failure> {
    let set = arguments.set.iter().map(|(key, value)| (key.as_str(), value.as_str()));
    let settings = Settings::new(set).map_err(|error| Failure::Usage(format!("--set: {error}")))?;
    let directory = arguments.out.clone().unwrap_or_else(|| directory(arguments, &settings));
    for figure in chosen(arguments)? {
        let rendered = match figure.render_with(&settings) {
            Err(FigureError::Unsuited(why)) if arguments.names.is_empty() => {
                let message = format!("warning: the figure {} is not drawn: {why}", figure.name);
                output::complain(&Failure::Usage(message));
                continue;
            }
            rendered => rendered?,
        };
        for path in files::write_figure(&rendered, &directory)? {
            output.line(&kofn::escape(&path.display().to_string()))?;
        }
    }
    Ok(End::Done)
}

/// The figures to draw: those named, or all that depend on what is set.
fn chosen(arguments: &FiguresArguments) -> Result<Vec<&'static Figure>, Failure> {
    let depends = |figure: &Figure| {
        arguments.set.is_empty()
            || arguments.set.iter().any(|(key, _)| figure.settings.contains(&key.as_str()))
    };
    if arguments.names.is_empty() {
        return Ok(kofn_book::figures().iter().filter(|figure| depends(figure)).collect());
    }
    let named = |figure: &&Figure| arguments.names.iter().any(|name| name == figure.name);
    let named: Vec<&Figure> = kofn_book::figures().iter().filter(named).collect();
    match named.iter().find(|figure| !depends(figure)) {
        Some(figure) if figure.settings.is_empty() => {
            Err(Failure::Usage(format!("--set: no setting changes the figure {}", figure.name)))
        }
        Some(figure) => {
            let keys = figure.settings.join(", ");
            Err(Failure::Usage(format!("--set: the figure {} depends only on {keys}", figure.name)))
        }
        None => Ok(named),
    }
}

/// The book's directory, or one beside it that is named after what is set, so that the book's figures stay.
fn directory(arguments: &FiguresArguments, settings: &Settings) -> PathBuf {
    let is_set = |setting: &&Setting| arguments.set.iter().any(|(key, _)| key == setting.name);
    let set = Settings::keys().iter().filter(is_set);
    let set: Vec<String> =
        set.map(|setting| format!("{}={}", setting.name, setting.value(settings))).collect();
    if set.is_empty() { BOOK.into() } else { format!("{BOOK}-{}", set.join(",")).into() }
}

/// The settings, for the help.
pub(super) fn help() -> String {
    let line = |setting: &Setting| {
        let Setting { name, about, .. } = setting;
        format!("  {name}\n      {about};\n      {} [book: {}]", setting.allowed(), setting.default())
    };
    let lines: Vec<String> = Settings::keys().iter().map(line).collect();
    format!(
        "\
Settings, for --set:
{}

Titles, captions and descriptions follow the numbers. Only figures that depend on what is set are drawn, and none \
that has nothing to show with it. They go into a separate directory, such as figures-failure_rate=0.2, unless --out \
names another:
  kofn figures --set failure_rate=0.2
  kofn figures schemes cost --set failure_rate=0.2 --out mine",
        lines.join("\n")
    )
}
