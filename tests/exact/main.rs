//! Exact answers: against proven tables, published values, other formulas and what must hold of any answer.

mod binomial_tails;
mod combinations;
mod dependence;
mod importance;
mod known_values;
mod plan;
mod plan_lifts;
mod plan_options;
mod plan_uncertainty;
mod poisson_binomial_tails;
mod published;
mod rational;
