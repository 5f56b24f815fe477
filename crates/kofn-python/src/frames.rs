//! Data frames as sources of logs: Arrow streams, and columns of NumPy arrays or Python lists.

use crate::error::Refusal;
use arrow_array::cast::AsArray;
use arrow_array::types::{
    Float16Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow_array::{Array, RecordBatch, RecordBatchReader};
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_schema::DataType;
use kofn_logs::{Field, Frame, FrameBatch};
use numpy::{PyArray1, PyArrayMethods};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyList, PyMapping, PyString, PyTuple};
use std::borrow::Cow;
use std::fmt::Display;

/// A table whose record batches come one after another.
pub(crate) struct Stream {
    titles: Vec<String>,
    batches: Box<dyn RecordBatchReader + Send>,
}

impl Stream {
    /// A table of these batches.
    pub(crate) fn new(batches: Box<dyn RecordBatchReader + Send>) -> Self {
        let titles = batches.schema().fields().iter().map(|field| field.name().clone()).collect();
        Self { titles, batches }
    }
}

impl Frame for Stream {
    fn titles(&self) -> &[String] {
        &self.titles
    }

    fn next_batch(&mut self) -> Result<Option<Box<dyn FrameBatch>>, String> {
        let batch = self.batches.next().transpose().map_err(|error| error.to_string())?;
        Ok(batch.map(|batch| Box::new(Batch(batch)) as Box<dyn FrameBatch>))
    }
}

struct Batch(RecordBatch);

impl FrameBatch for Batch {
    fn rows(&self) -> usize {
        self.0.num_rows()
    }

    fn field(&self, row: usize, column: usize) -> Field<'_> {
        field(self.0.column(column), row)
    }
}

/// The field of an array, whatever its type.
fn field(array: &dyn Array, row: usize) -> Field<'_> {
    if array.is_null(row) {
        return Field::Nothing;
    }
    macro_rules! whole {
        ($type:ty) => {
            Field::whole(array.as_primitive::<$type>().value(row).into())
        };
    }
    match array.data_type() {
        DataType::Null => Field::Nothing,
        DataType::Boolean => Field::Flag(array.as_boolean().value(row)),
        DataType::Int8 => whole!(Int8Type),
        DataType::Int16 => whole!(Int16Type),
        DataType::Int32 => whole!(Int32Type),
        DataType::Int64 => whole!(Int64Type),
        DataType::UInt8 => whole!(UInt8Type),
        DataType::UInt16 => whole!(UInt16Type),
        DataType::UInt32 => whole!(UInt32Type),
        DataType::UInt64 => whole!(UInt64Type),
        DataType::Float16 => shortest(array.as_primitive::<Float16Type>().value(row)),
        DataType::Float32 => shortest(array.as_primitive::<Float32Type>().value(row)),
        DataType::Float64 => Field::Number(array.as_primitive::<Float64Type>().value(row)),
        DataType::Utf8 => text(array.as_string::<i32>().value(row)),
        DataType::LargeUtf8 => text(array.as_string::<i64>().value(row)),
        DataType::Utf8View => text(array.as_string_view().value(row)),
        DataType::Dictionary(..) => {
            let dictionary = array.as_any_dictionary();
            match field(dictionary.keys(), row) {
                Field::Number(key) => field(dictionary.values(), key as usize),
                other => other,
            }
        }
        DataType::Date32
        | DataType::Date64
        | DataType::Time32(_)
        | DataType::Time64(_)
        | DataType::Timestamp(..)
        | DataType::Duration(_)
        | DataType::Interval(_)
        | DataType::Decimal32(..)
        | DataType::Decimal64(..)
        | DataType::Decimal128(..)
        | DataType::Decimal256(..)
        | DataType::RunEndEncoded(..) => written(array, row),
        // Bytes, lists, objects and unions.
        _ => Field::Nested,
    }
}

fn text(text: &str) -> Field<'_> {
    Field::Text(Cow::Borrowed(text))
}

/// A number of few digits as the number that it is written as: 0.7 is 0.7, and not the nearest number of more digits.
fn shortest<'a>(number: impl Display) -> Field<'a> {
    number.to_string().parse().map_or(Field::Nested, Field::Number)
}

/// A value as one writes it, such as a date.
fn written(array: &dyn Array, row: usize) -> Field<'_> {
    let formatter = ArrayFormatter::try_new(array, &FormatOptions::default());
    let written = formatter.and_then(|formatter| formatter.value(row).try_to_string());
    written.map_or(Field::Nested, |text| Field::Text(Cow::Owned(text)))
}

/// A table of columns that were taken from Python.
pub(crate) struct Columns {
    titles: Vec<String>,
    columns: Vec<Values>,
    is_matrix: bool,
    is_given: bool,
}

/// The values of a column.
enum Values {
    Flags(Vec<bool>),
    Whole(Vec<i64>),
    Numbers(Vec<f64>),
    Singles(Vec<f32>),
    Any(Vec<Field<'static>>),
}

impl Values {
    fn rows(&self) -> usize {
        match self {
            Self::Flags(values) => values.len(),
            Self::Whole(values) => values.len(),
            Self::Numbers(values) => values.len(),
            Self::Singles(values) => values.len(),
            Self::Any(values) => values.len(),
        }
    }

    fn field(&self, row: usize) -> Field<'_> {
        match self {
            Self::Flags(values) => Field::Flag(values[row]),
            Self::Whole(values) => Field::whole(values[row].into()),
            Self::Numbers(values) => Field::Number(values[row]),
            Self::Singles(values) => shortest(values[row]),
            Self::Any(values) => match &values[row] {
                Field::Text(value) => text(value),
                other => other.clone(),
            },
        }
    }
}

impl Columns {
    /// Takes columns, each a one-dimensional NumPy array or a list.
    pub(crate) fn new(
        titles: Vec<String>,
        columns: Vec<Bound<'_, PyAny>>,
        is_matrix: bool,
    ) -> PyResult<Self> {
        let named = titles.iter().zip(&columns);
        let columns: Vec<Values> =
            named.map(|(title, column)| values(title, column)).collect::<PyResult<_>>()?;
        let rows: Vec<usize> = columns.iter().map(Values::rows).collect();
        if let Some(place) = rows.iter().position(|&count| Some(&count) != rows.first()) {
            let text = format!(
                "all columns must have the same length, got {} of {:?} and {} of {:?}",
                rows[0], titles[0], rows[place], titles[place]
            );
            return Err(Refusal::of("logs", text).into());
        }
        Ok(Self { titles, columns, is_matrix, is_given: false })
    }
}

impl Frame for Columns {
    fn titles(&self) -> &[String] {
        &self.titles
    }

    fn next_batch(&mut self) -> Result<Option<Box<dyn FrameBatch>>, String> {
        let columns = std::mem::take(&mut self.columns);
        let batch = Box::new(AllRows(columns)) as Box<dyn FrameBatch>;
        Ok((!std::mem::replace(&mut self.is_given, true)).then_some(batch))
    }

    fn is_matrix(&self) -> bool {
        self.is_matrix
    }
}

struct AllRows(Vec<Values>);

impl FrameBatch for AllRows {
    fn rows(&self) -> usize {
        self.0.first().map_or(0, Values::rows)
    }

    fn field(&self, row: usize, column: usize) -> Field<'_> {
        self.0[column].field(row)
    }
}

/// Takes the values of a column.
fn values(title: &str, column: &Bound<'_, PyAny>) -> PyResult<Values> {
    macro_rules! array {
        ($type:ty, $values:ident) => {
            if let Ok(array) = column.cast::<PyArray1<$type>>() {
                return Ok(Values::$values(array.try_readonly()?.as_array().to_vec()));
            }
        };
    }
    array!(bool, Flags);
    array!(i64, Whole);
    array!(f64, Numbers);
    array!(f32, Singles);
    let mut all = Vec::new();
    for (row, value) in column.try_iter()?.enumerate() {
        all.push(any(&value?).map_err(|kind| {
            let place = format!("data frame, row {row}, column {title:?}");
            let text = format!("{place}: a value must be a text, a number, a bool or None, got {kind}");
            Refusal { text, key: Some("logs".into()), location: Some(place) }
        })?);
    }
    Ok(Values::Any(all))
}

/// Values that stand for nothing in pandas.
const NOTHING: [&str; 2] = ["NAType", "NaTType"];

/// Takes a value; where it has no meaning, the name of its type.
fn any(value: &Bound<'_, PyAny>) -> Result<Field<'static>, String> {
    if value.is_none() {
        return Ok(Field::Nothing);
    }
    if let Ok(flag) = value.cast::<PyBool>() {
        return Ok(Field::Flag(flag.is_true()));
    }
    if let Ok(text) = value.cast::<PyString>() {
        return Ok(owned(text.to_string_lossy().into_owned()));
    }
    if let Ok(number) = value.cast::<PyFloat>() {
        return Ok(Field::Number(number.extract().unwrap_or(f64::NAN)));
    }
    if value.is_instance_of::<PyList>()
        || value.is_instance_of::<PyDict>()
        || value.is_instance_of::<PyTuple>()
        || value.cast::<PyMapping>().is_ok()
    {
        return Ok(Field::Nested);
    }
    let kind = value.get_type().name().map_or_else(|_| "an object".into(), |name| name.to_string());
    if NOTHING.contains(&&*kind) {
        return Ok(Field::Nothing);
    }
    scalar(value).ok_or(kind)
}

/// A number or a date of any library.
fn scalar(value: &Bound<'_, PyAny>) -> Option<Field<'static>> {
    if let Ok(whole) = value.call_method0("__index__") {
        return Some(match whole.extract::<i128>() {
            Ok(whole) => Field::whole(whole),
            Err(_) => owned(whole.str().ok()?.to_string_lossy().into_owned()),
        });
    }
    // A scalar of NumPy, as the value of Python that it is; a decimal number and a date as they are written.
    if let Ok(item) = value.call_method0("item")
        && !item.get_type().is(value.get_type())
    {
        return any(&item).ok();
    }
    if let Ok(date) = value.call_method0("isoformat") {
        return Some(owned(date.str().ok()?.to_string_lossy().into_owned()));
    }
    if value.hasattr("as_tuple").ok()? {
        return Some(owned(value.str().ok()?.to_string_lossy().into_owned()));
    }
    value.extract::<f64>().ok().map(Field::Number)
}

fn owned(text: String) -> Field<'static> {
    Field::Text(Cow::Owned(text))
}
