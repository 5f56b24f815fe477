//! The choice of an engine.

use super::operations::{Job, Lanes};
use super::portable::Portable;
#[cfg(target_arch = "x86_64")]
use super::{avx2::Avx2, avx512::Avx512};
use crate::monte_carlo::error::EngineError;
use std::fmt;
use std::sync::atomic::Ordering;

/// One of the engines that this machine can run. All give the same counts; they differ in speed.
///
/// | name | needs |
/// |---|---|
/// | `portable` | nothing |
/// | `avx2` | x86-64 with AVX2, BMI1, BMI2 and POPCNT |
/// | `avx512` | x86-64 with AVX-512 F, BW, VBMI and VBMI2, and POPCNT |
///
/// [Measured](crate::monte_carlo#speed), each is two to six times as fast as the one before. A simulation whose
/// [options](super::super::SimulationOptions) name none runs on the engine that the environment variable `KOFN_ENGINE`
/// names, or else on the widest. `avx2` draws races and picked answers with `pext` of BMI2, which is slow on AMD
/// processors before family 25 (Zen 3).
///
/// ```
/// use kofn::monte_carlo::{Engine, SimulationOptions, simulate};
/// use kofn::scenario::{Agents, Scenario, scheme::Majority};
/// let scenario = Scenario::new(Agents::identical(3, 0.23), Majority)?;
/// let mut counts = Vec::new();
/// for engine in Engine::available() {
///     let options = SimulationOptions::new(100_000, 42).with_engine(engine);
///     counts.push(simulate(&scenario, options)?.counts);
/// }
/// assert!(counts.iter().all(|of_engine| *of_engine == counts[0]));
/// # Ok::<(), kofn::SimulationError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Engine(Kind);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Portable,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

/// Environment variable that names the engine.
const VARIABLE: &str = "KOFN_ENGINE";

impl Engine {
    /// The engine that runs everywhere.
    pub const PORTABLE: Self = Self(Kind::Portable);

    /// Returns the engines that this machine can run, the widest last.
    pub fn available() -> Vec<Self> {
        #[cfg_attr(not(target_arch = "x86_64"), expect(unused_mut, reason = "there are no others"))]
        let mut engines = vec![Self::PORTABLE];
        #[cfg(target_arch = "x86_64")]
        {
            engines.extend(Avx2::detected().then_some(Self(Kind::Avx2)));
            engines.extend(Avx512::detected().then_some(Self(Kind::Avx512)));
        }
        engines
    }

    /// Name of the engine.
    pub fn name(self) -> &'static str {
        struct Name;
        impl Job for Name {
            type Output = &'static str;
            fn run<L: Lanes>(self) -> &'static str {
                L::NAME
            }
        }
        self.run(Name)
    }

    /// Returns the engine of this name.
    ///
    /// # Errors
    /// An unknown name, or an engine that this machine cannot run.
    ///
    /// ```
    /// use kofn::monte_carlo::Engine;
    /// assert_eq!(Engine::named("portable")?, Engine::PORTABLE);
    /// assert!(Engine::named("abacus").is_err());
    /// # Ok::<(), kofn::monte_carlo::EngineError>(())
    /// ```
    pub fn named(name: &str) -> Result<Self, EngineError> {
        let available = Self::available();
        available.iter().copied().find(|engine| engine.name() == name).ok_or_else(|| EngineError {
            name: name.into(),
            available: available.iter().map(|engine| engine.name()).collect(),
        })
    }

    /// Number of units of trials that this engine has computed in this process, in all runs together.
    pub fn units(self) -> u64 {
        struct Units;
        impl Job for Units {
            type Output = u64;
            fn run<L: Lanes>(self) -> u64 {
                L::units().load(Ordering::Relaxed)
            }
        }
        self.run(Units)
    }

    /// Returns the engine that the environment names, or else the widest.
    ///
    /// # Errors
    /// The environment names an engine that does not exist, or that this machine cannot run.
    pub(crate) fn from_environment() -> Result<Self, EngineError> {
        match std::env::var_os(VARIABLE) {
            Some(name) => Self::named(&name.to_string_lossy()),
            None => Ok(Self::available().last().copied().unwrap_or(Self::PORTABLE)),
        }
    }

    /// Runs a job compiled for this engine.
    pub(crate) fn run<J: Job>(self, job: J) -> J::Output {
        match self.0 {
            Kind::Portable => Portable::enter(job),
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2 => Avx2::enter(job),
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512 => Avx512::enter(job),
        }
    }

    /// The engines that tests must run: those that `KOFN_REQUIRE_ENGINES` lists, or else those of this machine.
    #[cfg(test)]
    pub(crate) fn required() -> Vec<Self> {
        match std::env::var("KOFN_REQUIRE_ENGINES") {
            Ok(names) => names.split(',').map(|name| Self::named(name.trim()).unwrap()).collect(),
            Err(_) => Self::available(),
        }
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn engines_have_their_own_names() {
        let names: Vec<_> = Engine::available().into_iter().map(Engine::name).collect();
        assert_eq!(names, ["portable", "avx2", "avx512"][..names.len()]);
        for engine in Engine::available() {
            assert_eq!(Engine::named(engine.name()), Ok(engine));
        }
    }

    #[test]
    fn an_unknown_engine_is_refused_with_those_there_are() {
        for name in ["", "AVX2", "avx1024", "portable "] {
            let message = Engine::named(name).unwrap_err().to_string();
            assert!(message.starts_with("KOFN_ENGINE must be one of portable"), "{message}");
            assert!(message.ends_with(&format!("got {name:?}")), "{message}");
        }
    }
}
