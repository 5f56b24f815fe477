//! The only user of plotters: a sheet in design units with a few strokes of the pen.

use super::text::{SIZE, TITLE_SIZE};
use crate::error::FigureError;
use crate::escape::labelled;
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use std::collections::BTreeSet;
use std::fmt::Display;

/// plotters places everything on whole pixels; four to a design unit leave no kink to be seen.
pub(super) const PIXELS_PER_UNIT: f64 = 4.0;
/// plotters divides the size of a text by this.
const TEXT_DIVISOR: f64 = 1.24;

/// A position in design units, from the top left.
pub(super) type Place = (f64, f64);

/// What something is drawn with. On the sheet each paint is a color that stands for it; the style sheet says later
/// which color it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Paint {
    /// The color of text.
    Ink,
    /// The color of text, hardly there: grid lines.
    Faint,
    /// The color of the series with this look.
    Series(usize),
    /// The same in the series' dash pattern.
    Curve(usize),
    /// The color of the series with this look, and its opacity in percent.
    Shade(usize, u8),
}

impl Paint {
    fn color(self) -> RGBAColor {
        let (kind, index, alpha) = match self {
            Self::Ink => (1, 0, 1.0),
            Self::Faint => (1, 0, 0.16),
            Self::Series(index) => (2, index, 1.0),
            Self::Curve(index) => (3, index, 1.0),
            Self::Shade(index, percent) => (2, index, f64::from(percent) / 100.0),
        };
        RGBColor(kind, 0, (index % 256) as u8).mix(alpha)
    }

    /// The color that stands for this paint, as plotters writes it.
    pub(super) fn written(self) -> String {
        let RGBAColor(red, green, blue, _) = self.color();
        format!("#{red:02X}{green:02X}{blue:02X}")
    }

    /// The look it takes its color from.
    pub(super) fn series(self) -> Option<usize> {
        match self {
            Self::Ink | Self::Faint => None,
            Self::Series(index) | Self::Curve(index) | Self::Shade(index, _) => Some(index),
        }
    }
}

/// Where a text stands relative to its place: begins, is centered, ends there; always centered in height.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// A sheet of paper.
pub(super) struct Canvas<'a> {
    area: DrawingArea<SVGBackend<'a>, Shift>,
    used: BTreeSet<Paint>,
}

impl<'a> Canvas<'a> {
    /// A sheet of this size that is written to `svg`.
    pub(super) fn new(svg: &'a mut String, (width, height): Place) -> Self {
        let size = (pixels(width) as u32, pixels(height) as u32);
        Self { area: SVGBackend::with_string(svg, size).into_drawing_area(), used: BTreeSet::new() }
    }

    /// A line through these places.
    pub(super) fn line(&mut self, places: &[Place], paint: Paint, width: f64) -> Result<(), FigureError> {
        let style = self.style(paint).stroke_width(pixels(width) as u32);
        let places: Vec<_> = places.iter().map(|&place| pixel(place)).collect();
        self.area.draw(&PathElement::new(places, style)).map_err(failed)
    }

    /// A filled polygon with these corners.
    pub(super) fn polygon(&mut self, corners: &[Place], paint: Paint) -> Result<(), FigureError> {
        let style = self.style(paint).filled();
        let corners: Vec<_> = corners.iter().map(|&place| pixel(place)).collect();
        self.area.draw(&Polygon::new(corners, style)).map_err(failed)
    }

    /// A filled circle.
    pub(super) fn disc(&mut self, center: Place, radius: f64, paint: Paint) -> Result<(), FigureError> {
        let style = self.style(paint).filled();
        self.area.draw(&Circle::new(pixel(center), pixels(radius), style)).map_err(failed)
    }

    /// A circle that is not filled.
    pub(super) fn ring(
        &mut self,
        center: Place,
        radius: f64,
        paint: Paint,
        width: f64,
    ) -> Result<(), FigureError> {
        let style = self.style(paint).stroke_width(pixels(width) as u32);
        self.area.draw(&Circle::new(pixel(center), pixels(radius), style)).map_err(failed)
    }

    /// A line of text.
    pub(super) fn text(
        &mut self,
        text: &str,
        at: Place,
        anchor: Anchor,
        paint: Paint,
    ) -> Result<(), FigureError> {
        let font = ("sans-serif", SIZE * PIXELS_PER_UNIT * TEXT_DIVISOR).into_font();
        self.write(text, at, anchor, paint, font)
    }

    /// A text that is read from below to above and ends at this place.
    pub(super) fn upright(&mut self, text: &str, at: Place, paint: Paint) -> Result<(), FigureError> {
        let font = ("sans-serif", SIZE * PIXELS_PER_UNIT * TEXT_DIVISOR).into_font();
        self.write(text, at, Anchor::End, paint, font.transform(FontTransform::Rotate270))
    }

    /// A line of the title.
    pub(super) fn title(&mut self, text: &str, at: Place) -> Result<(), FigureError> {
        let font = ("sans-serif", TITLE_SIZE * PIXELS_PER_UNIT * TEXT_DIVISOR).into_font();
        self.write(text, at, Anchor::Start, Paint::Ink, font.style(FontStyle::Bold))
    }

    fn write(
        &mut self,
        text: &str,
        at: Place,
        anchor: Anchor,
        paint: Paint,
        font: FontDesc<'_>,
    ) -> Result<(), FigureError> {
        let horizontal = match anchor {
            Anchor::Start => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::End => HPos::Right,
        };
        self.used.insert(paint);
        let style = font.color(&paint.color()).pos(Pos::new(horizontal, VPos::Center));
        let text = labelled(text);
        self.area.draw(&Text::new(text.as_str(), pixel(at), style)).map_err(failed)
    }

    fn style(&mut self, paint: Paint) -> ShapeStyle {
        self.used.insert(paint);
        ShapeStyle::from(paint.color())
    }

    /// Ends the drawing; returns the paints that were used.
    pub(super) fn finish(self) -> Result<BTreeSet<Paint>, FigureError> {
        self.area.present().map_err(failed)?;
        Ok(self.used)
    }
}

fn pixels(units: f64) -> i32 {
    (units * PIXELS_PER_UNIT).round() as i32
}

fn pixel((x, y): Place) -> (i32, i32) {
    (pixels(x), pixels(y))
}

fn failed(reason: impl Display) -> FigureError {
    FigureError::Draw(reason.to_string())
}
