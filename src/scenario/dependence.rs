//! What the agents' failures have in common.

/// How the failures of the agents hang together within one task. Every model keeps each agent's failure rate as its marginal, per
/// class of tasks where there are classes. What is shared is drawn once per task.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[non_exhaustive]
pub enum Dependence {
    /// Given the class of the task, agents fail independently.
    #[default]
    Independent,
    /// With this probability c, at most the smallest rate, all agents fail; else they fail independently with (f−c)/(1−c).
    CommonCause {
        /// c.
        probability: f64,
    },
    /// The rate of all agents, which have equal rates f, is drawn from Beta(α, β), α = f(1−ρ)/ρ, β = (1−f)(1−ρ)/ρ.
    BetaBinomial {
        /// ρ in [0, 1), the correlation of two agents' failures; 0 is independence.
        correlation: f64,
    },
    /// Agent i fails iff √ρ·Z + √(1−ρ)·eᵢ < Φ⁻¹(fᵢ), with Z and e standard normal.
    GaussianCopula {
        /// ρ in [0, 1), the correlation of the latent normals; 0 is independence.
        correlation: f64,
    },
}

impl Dependence {
    /// The model's name in a file.
    ///
    /// ```
    /// use kofn::scenario::Dependence;
    /// assert_eq!(Dependence::BetaBinomial { correlation: 0.3 }.model(), "beta-binomial");
    /// ```
    pub fn model(self) -> &'static str {
        match self {
            Self::Independent => "independent",
            Self::CommonCause { .. } => "common-cause",
            Self::BetaBinomial { .. } => "beta-binomial",
            Self::GaussianCopula { .. } => "gaussian-copula",
        }
    }

    /// The model's parameter, as key and value; independence has none.
    pub fn parameter(self) -> Option<(&'static str, f64)> {
        match self {
            Self::Independent => None,
            Self::CommonCause { probability } => Some(("probability", probability)),
            Self::BetaBinomial { correlation } | Self::GaussianCopula { correlation } => {
                Some(("correlation", correlation))
            }
        }
    }
}
