//! The schemes: how the agents' answers become one outcome. One file each.
//!
//! A scheme's file holds its parameters, what is said [`About`] it, how it is read, and the [`Rule`](super::Rule) it
//! means. It is listed once, in `schemes!` below; the reader, the help, `kofn schemes`, the README's table and the
//! cross-check's grid all come from that list.

mod adaptive;
mod ahead_by;
mod any;
mod byzantine;
mod cascade;
mod definition;
mod first_to;
mod k_of_n;
mod majority;
mod pbft;
mod plurality;
mod race;
mod raft;
mod single;
mod unanimous;
mod validated;
mod weighted;

use super::document::Fields;
use super::{About, Error};
pub(super) use cascade::KEYS as STAGE_KEYS;
pub use cascade::Stage;
pub(super) use definition::Definition;
use definition::write_scheme;
pub(crate) use definition::{Meaning, Parameter, Setting, Surroundings};
use std::fmt;
pub use validated::{ArbiterRates, Judge};
pub use weighted::Weights;

macro_rules! schemes {
    ($($Scheme:ident in $module:ident: $doc:literal,)*) => {
        $(pub use $module::$Scheme;)*

        /// A scheme with its parameters.
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub enum Scheme {
            $(#[doc = $doc] $Scheme($Scheme),)*
        }

        $(impl From<$Scheme> for Scheme {
            fn from(scheme: $Scheme) -> Self {
                Self::$Scheme(scheme)
            }
        })*

        impl Scheme {
            /// The descriptions of all schemes.
            pub const ALL: &'static [About] = &[$($Scheme::ABOUT,)*];

            /// Returns the description of this scheme.
            pub fn about(&self) -> &'static About {
                match self { $(Self::$Scheme(_) => const { &$Scheme::ABOUT },)* }
            }

            /// Reads the scheme of this name from its table; `None` if there is none of this name.
            pub(crate) fn read(name: &str, fields: &Fields<'_>) -> Option<Result<Self, Error>> {
                $(if name == $Scheme::ABOUT.name {
                    return Some($Scheme::read(fields).map(Self::$Scheme));
                })*
                None
            }

            /// Returns what the scheme with its parameters answers.
            pub(crate) fn meaning(&self) -> &dyn Meaning {
                match self { $(Self::$Scheme(scheme) => scheme,)* }
            }

            pub(crate) fn meaning_mut(&mut self) -> &mut dyn Meaning {
                match self { $(Self::$Scheme(scheme) => scheme,)* }
            }
        }
    };
}

schemes! {
    Single in single: "One agent.",
    KOfN in k_of_n: "A fixed number of equal votes.",
    Majority in majority: "More than half of all agents.",
    Any in any: "One correct answer and a checker that knows it.",
    Unanimous in unanimous: "All agents.",
    Byzantine in byzantine: "A quorum of Byzantine size.",
    Plurality in plurality: "More votes than any other answer.",
    Weighted in weighted: "A quota of weighted votes.",
    AheadBy in ahead_by: "One agent, called until one answer leads by a margin.",
    FirstTo in first_to: "One agent, called until one answer has a number of votes.",
    Adaptive in adaptive: "One agent, called until the leader is likely enough.",
    Raft in raft: "A majority of replicas that fail only by crashing.",
    Cascade in cascade: "Stages of agents, the next asked where the one before abstains.",
    Pbft in pbft: "Agreement of replicas without a collector.",
    Validated in validated: "A generator whose answers are validated.",
}

impl Scheme {
    /// Reads the scheme under `key`: a name, or a table with the name as `rule`.
    pub(crate) fn read_from(fields: &Fields<'_>, key: &'static str) -> Result<Option<Self>, Error> {
        let Some((name, parameters)) = fields.named_table(key, "rule", &Self::names())? else {
            return Ok(None);
        };
        let read = Self::read(name, &parameters);
        read.unwrap_or_else(|| Err(parameters.unknown_name("rule", name, Self::ALL))).map(Some)
    }

    /// Returns the names of all schemes, for messages.
    pub(crate) fn names() -> String {
        About::names(Self::ALL)
    }

    /// Whether it may call an agent more than once on one task.
    pub fn repeats_calls(&self) -> bool {
        self.meaning().repeats_calls()
    }
}

/// Writes the name, and the parameters where there are any.
impl fmt::Display for Scheme {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_scheme(formatter, self.about().name, &self.meaning().parameters())
    }
}
