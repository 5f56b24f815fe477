//! Reads a scenario from a file, or from the flags of a command line.

use super::document::{Document, Fields, Format, WordOrInteger};
use super::keys::{COLLISION, CONCURRENCY, DISCOUNT, NAME, NAMES, WRONG_ANSWERS, known};
use super::range::{COST, COUNT, POSITIVE_INTEGER, RATE, WEIGHT};
use super::{
    Agents, ClassRates, Concurrency, Costs, Dependence, Draft, Error, Failures, Filter, Scenario, Scheme,
    TaskClass, WrongAnswers,
};
use std::io::Read;

impl Scenario {
    /// Reads a scenario in TOML; the format is shown [above](crate::scenario#as-a-file).
    ///
    /// ```
    /// use kofn::Scenario;
    /// let scenario = Scenario::from_toml(
    ///     r#"
    ///     scheme = { rule = "k-of-n", k = 2 }
    ///     [agents]
    ///     failure_rates = [0.20, 0.25, 0.3]
    ///     "#,
    /// )?;
    /// assert_eq!(scenario.agents().count(), 3);
    ///
    /// let error = Scenario::from_toml("scheme = \"majority\"\nagents = { count = 5, failure_rate = 1.2 }").unwrap_err();
    /// assert_eq!(error.to_string(), "TOML:2:38: agents.failure_rate must be between 0 and 1, got 1.2 (for 1.2 % write 0.012)");
    /// # Ok::<(), kofn::Error>(())
    /// ```
    ///
    /// # Errors
    /// Text that is not TOML, a key that is unknown, doubled or missing, a value out of its range: each with its line
    /// and column.
    pub fn from_toml(text: &str) -> Result<Self, Error> {
        Self::of_document(&Document::parse("TOML", text.as_bytes(), Some(Format::Toml))?)
    }

    /// Reads a scenario in JSON: the same tree as in TOML, in which `.5` and `5.` are numbers too.
    ///
    /// ```
    /// use kofn::Scenario;
    /// let scenario = Scenario::from_json(r#"{"scheme": "any", "agents": {"count": 1e2, "failure_rate": 0.23}}"#)?;
    /// assert_eq!(scenario.agents().count(), 100);
    /// # Ok::<(), kofn::Error>(())
    /// ```
    ///
    /// # Errors
    /// As for [`from_toml`](Self::from_toml).
    pub fn from_json(text: &str) -> Result<Self, Error> {
        Self::of_document(&Document::parse("JSON", text.as_bytes(), Some(Format::Json))?)
    }

    /// Reads a scenario from a file, or from any other bytes, called `name` in messages. It is JSON if the name ends in
    /// `.json`, TOML if it ends in `.toml`, else JSON if the text begins with `{`. No more than 64 MiB are read.
    ///
    /// ```
    /// use kofn::Scenario;
    /// let bytes = b"scheme = \"single\"\n[agents]\nfailure_rate = \"high\"\n";
    /// let error = Scenario::read("vote.toml", &bytes[..]).unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "vote.toml:3:16: agents.failure_rate must be between 0 and 1, got \"high\""
    /// );
    /// ```
    ///
    /// # Errors
    /// As for [`from_toml`](Self::from_toml); also bytes that cannot be read, more than 64 MiB, UTF-16 and what else
    /// is not UTF-8 text. A UTF-8 byte-order mark is accepted.
    pub fn read(name: &str, bytes: impl Read) -> Result<Self, Error> {
        Self::of_document(&Draft::read(name, bytes)?.document()?)
    }

    /// Reads a scenario from flags of a command line, each a (key path, value, flag), as from a file; an
    /// error names the flag instead of line and column. A scheme is given as `scheme.rule`.
    ///
    /// ```
    /// use kofn::Scenario;
    /// let scenario = Scenario::from_flags(&[
    ///     ("scheme.rule", "majority", "--scheme"),
    ///     ("agents.count", "5", "--agents"),
    ///     ("agents.failure_rate", "0.23", "--failure-rate"),
    /// ])?;
    /// assert_eq!(scenario.agents().count(), 5);
    ///
    /// let error = Scenario::from_flags(&[
    ///     ("scheme.rule", "single", "--scheme"),
    ///     ("agents.failure_rate", "1,5", "--failure-rate"),
    /// ]);
    /// assert_eq!(
    ///     error.unwrap_err().to_string(),
    ///     "--failure-rate: agents.failure_rate must be between 0 and 1, got \"1,5\""
    /// );
    /// # Ok::<(), kofn::Error>(())
    /// ```
    ///
    /// # Errors
    /// As for [`from_toml`](Self::from_toml).
    pub fn from_flags(entries: &[(&str, &str, &str)]) -> Result<Self, Error> {
        Self::of_document(&Document::from_flags(entries)?)
    }

    fn of_document(document: &Document<'_>) -> Result<Self, Error> {
        Self::of(document, |_| ())
    }

    /// Reads a document whose scenario is then changed by `change`, before it is checked.
    pub(super) fn of(document: &Document<'_>, change: impl FnOnce(&mut Self)) -> Result<Self, Error> {
        // Unknown keys first: what is missing may only be misspelled.
        document.check_keys(&known)?;
        Self::of_known(document, change)
    }

    /// The same for a document whose keys are known.
    pub(super) fn of_known(document: &Document<'_>, change: impl FnOnce(&mut Self)) -> Result<Self, Error> {
        let read = document.fields().and_then(|fields| Self::from_fields(&fields));
        let read = read.and_then(|mut read| {
            change(&mut read);
            read.checked()
        });
        read.map_err(|error| document.locate(error))
    }

    /// Reads the outermost table. Types are checked here; whether the values go together, in `check`.
    fn from_fields(fields: &Fields<'_>) -> Result<Self, Error> {
        let scheme = Scheme::read_from(fields, "scheme")?;
        let scheme = fields.required("scheme", scheme, &Scheme::names())?;
        let agents = read_agents(fields, scheme.meaning().calls_one_agent())?;
        let (dependence, repeats) = Dependence::read_from(fields, agents.count() == 1)?.unwrap_or_default();
        Ok(Self {
            names: fields.table("agents")?.map_or(Ok(None), |agents| agents.texts("names", NAMES, NAME))?,
            agents,
            dependence,
            repeats,
            failures: fields
                .table("failures")?
                .map(|fields| read_failures(&fields, scheme.meaning().default_failures()))
                .transpose()?
                .unwrap_or_else(|| scheme.meaning().default_failures()),
            scheme,
            costs: fields.table("costs")?.map(read_costs).transpose()?,
            filter: fields.table("filter")?.map(read_filter).transpose()?,
        })
    }
}

fn read_agents(fields: &Fields<'_>, calls_one_agent: bool) -> Result<Agents, Error> {
    let tasks = fields.tables("tasks")?;
    let Some(agents) = fields.table("agents")? else {
        return match tasks {
            Some(tasks) if calls_one_agent => Ok(Agents::by_task(1, read_tasks(tasks)?)),
            _ => fields.required("agents", None, "a table with count and failure_rate, or failure_rates"),
        };
    };
    let count = agents.integer("count", COUNT)?;
    let rate = agents.number("failure_rate", RATE)?;
    let rates = agents.numbers("failure_rates", RATE)?;
    let given = |agents: &Fields<'_>| {
        count.or(calls_one_agent.then_some(1)).map_or_else(|| agents.required("count", None, COUNT), Ok)
    };
    let read = match (rate, rates, tasks) {
        (None, None, Some(tasks)) => Agents::by_task(given(&agents)?, read_tasks(tasks)?),
        (Some(rate), None, None) => Agents::identical(given(&agents)?, rate),
        (None, Some(rates), None) if count.is_none() => Agents::different(rates),
        (None, None, None) => {
            return agents.required("failure_rate", None, "between 0 and 1, or else failure_rates or tasks");
        }
        (_, _, Some(_)) => {
            let key = if rate.is_some() { "agents.failure_rate" } else { "agents.failure_rates" };
            return Err(Error::conflict(
                key,
                format!("{key} cannot be combined with tasks, which give the rates themselves"),
            ));
        }
        (_, Some(_), None) => {
            let key = "agents.failure_rates";
            let other = if count.is_some() { "agents.count" } else { "agents.failure_rate" };
            return Err(Error::conflict(
                key,
                format!("{key} has one rate for each agent and cannot be combined with {other}"),
            ));
        }
    };
    Ok(read)
}

fn read_tasks(tasks: Vec<Fields<'_>>) -> Result<Vec<TaskClass>, Error> {
    tasks.into_iter().map(read_task).collect()
}

fn read_task(task: Fields<'_>) -> Result<TaskClass, Error> {
    let weight = task.required_number("weight", WEIGHT)?;
    let rate = task.number("failure_rate", RATE)?;
    let rates = task.numbers("failure_rates", RATE)?;
    let rates = match (rate, rates) {
        (Some(rate), None) => ClassRates::Identical(rate),
        (None, Some(rates)) => ClassRates::Different(rates),
        (None, None) => task.required("failure_rate", None, "between 0 and 1, or else failure_rates")?,
        (Some(_), Some(_)) => {
            let (one, many) = (task.path_of("failure_rate"), task.path_of("failure_rates"));
            return Err(Error::conflict(&many, format!("{many} cannot be combined with {one}")));
        }
    };
    let validator_failure_rate = task.number("validator_failure_rate", RATE)?;
    Ok(TaskClass { weight, rates, validator_failure_rate })
}

fn read_failures(fields: &Fields<'_>, usual: Failures) -> Result<Failures, Error> {
    let hallucination = fields.number("hallucination", RATE)?;
    let corruption = fields.number("corruption", RATE)?;
    let crash = fields.number("crash", RATE)?;
    let none_given = hallucination.or(corruption).or(crash).is_none();
    let wrong_answers = read_wrong_answers(fields)?;
    if none_given {
        return Ok(Failures { wrong_answers, ..usual });
    }
    Ok(Failures {
        hallucination: hallucination.unwrap_or(0.0),
        corruption: corruption.unwrap_or(0.0),
        crash: crash.unwrap_or(0.0),
        wrong_answers,
    })
}

fn read_wrong_answers(fields: &Fields<'_>) -> Result<WrongAnswers, Error> {
    const KEY: &str = "wrong_answers";
    if let Some(law) = fields.table_at(KEY)? {
        let answers = law.integer("answers", POSITIVE_INTEGER)?;
        let discount = law.number("discount", DISCOUNT)?;
        let collision = law.required_number("collision", COLLISION)?;
        return match (answers, discount) {
            (None, discount) => Ok(WrongAnswers::Open { collision, discount: discount.unwrap_or(0.0) }),
            (Some(answers), None) => Ok(WrongAnswers::Unequal { answers, collision }),
            (Some(_), Some(_)) => {
                let (discount, answers) = (law.path_of("discount"), law.path_of("answers"));
                Err(Error::conflict(&discount, format!("{discount} cannot be combined with {answers}")))
            }
        };
    }
    Ok(match fields.choice_or_integer(KEY, &["same", "distinct"], WRONG_ANSWERS)? {
        Some(WordOrInteger::Integer(answers)) => WrongAnswers::Among(answers),
        Some(WordOrInteger::Word("distinct")) => WrongAnswers::Distinct,
        Some(WordOrInteger::Word(_)) | None => WrongAnswers::Same,
    })
}

fn read_filter(fields: Fields<'_>) -> Result<Filter, Error> {
    Ok(Filter {
        accepts_correct: fields.required_number("accepts_correct", RATE)?,
        accepts_wrong: fields.required_number("accepts_wrong", RATE)?,
    })
}

fn read_costs(fields: Fields<'_>) -> Result<Costs, Error> {
    let costs = Costs {
        call: fields.per_agent("call", COST)?,
        validation: fields.number("validation", COST)?,
        call_latency: fields.per_agent("call_latency", COST)?,
        validation_latency: fields.number("validation_latency", COST)?,
        agents: match fields.choice("agents", &["parallel", "sequential"], CONCURRENCY)? {
            Some("sequential") => Concurrency::Sequential,
            _ => Concurrency::Parallel,
        },
    };
    Ok(costs)
}
