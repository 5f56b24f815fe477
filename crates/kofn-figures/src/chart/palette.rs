//! How series look: color by scheme, dash pattern and marker, so no series is distinguished by color alone.

/// The shape of a simulated value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Marker {
    Circle,
    Square,
    Triangle,
    Diamond,
    Cross,
    Wedge,
    Plus,
    Bar,
}

/// The look of one series.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    /// Color on a light ground.
    pub light: &'static str,
    /// Color on a dark ground.
    pub dark: &'static str,
    /// Dash pattern in design units; empty for a solid line.
    pub dash: &'static [f64],
    /// Shape of its marks.
    pub marker: Marker,
}

/// Okabe and Ito's colors, by hue. On white most of them stay below a contrast of 4.5, so there they are darkened; on
/// #1e1e1e blue and vermillion are lightened (blue to the palette's own sky blue). The violet of the last is not
/// theirs.
pub(super) const LOOKS: [Look; 8] = [
    Look { light: "#0072B2", dark: "#56B4E9", dash: &[], marker: Marker::Circle },
    Look { light: "#B34700", dark: "#F07F3A", dash: &[9.0, 4.0], marker: Marker::Square },
    Look { light: "#00795A", dark: "#1AA67E", dash: &[2.0, 3.5], marker: Marker::Triangle },
    Look { light: "#A4467A", dark: "#CC79A7", dash: &[11.0, 3.5, 2.0, 3.5], marker: Marker::Diamond },
    Look { light: "#8A5A00", dark: "#E69F00", dash: &[5.0, 3.0], marker: Marker::Cross },
    Look { light: "#000000", dark: "#E8E8E8", dash: &[11.0, 3.0, 2.0, 3.0, 2.0, 3.0], marker: Marker::Wedge },
    Look { light: "#6B6400", dark: "#F0E442", dash: &[16.0, 4.0], marker: Marker::Plus },
    Look {
        light: "#5B45A8",
        dark: "#A99BF2",
        dash: &[6.0, 2.5, 1.5, 2.5, 1.5, 2.5, 1.5, 2.5],
        marker: Marker::Bar,
    },
];

/// The look of a series; after the last the first comes again.
pub(super) fn look(index: usize) -> &'static Look {
    &LOOKS[index % LOOKS.len()]
}

impl Marker {
    /// The outline of the marker of "radius" 1, y downwards; empty for the circle.
    pub(super) fn outline(self) -> &'static [(f64, f64)] {
        const ARM: f64 = 0.36;
        match self {
            Self::Circle => &[],
            Self::Square => &[(-0.88, -0.88), (0.88, -0.88), (0.88, 0.88), (-0.88, 0.88)],
            Self::Triangle => &[(0.0, -1.2), (1.08, 0.72), (-1.08, 0.72)],
            Self::Wedge => &[(0.0, 1.2), (1.08, -0.72), (-1.08, -0.72)],
            Self::Diamond => &[(0.0, -1.25), (1.05, 0.0), (0.0, 1.25), (-1.05, 0.0)],
            Self::Bar => &[(-1.3, -0.55), (1.3, -0.55), (1.3, 0.55), (-1.3, 0.55)],
            Self::Plus => &[
                (-ARM, -1.2),
                (ARM, -1.2),
                (ARM, -ARM),
                (1.2, -ARM),
                (1.2, ARM),
                (ARM, ARM),
                (ARM, 1.2),
                (-ARM, 1.2),
                (-ARM, ARM),
                (-1.2, ARM),
                (-1.2, -ARM),
                (-ARM, -ARM),
            ],
            Self::Cross => &[
                (0.0, -0.5),
                (0.65, -1.15),
                (1.15, -0.65),
                (0.5, 0.0),
                (1.15, 0.65),
                (0.65, 1.15),
                (0.0, 0.5),
                (-0.65, 1.15),
                (-1.15, 0.65),
                (-0.5, 0.0),
                (-1.15, -0.65),
                (-0.65, -1.15),
            ],
        }
    }
}
