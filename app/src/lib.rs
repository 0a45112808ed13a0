//! The tablet program: the one place that knows everybody. It runs what the session asks for, on threads that speak by
//! message, and holds the configuration, the log and the command line.

mod card_profiles;
pub mod cli;
mod clock;
mod command;
pub mod config;
#[cfg(feature = "demo")]
pub mod demo;
mod figures;
mod kept_look;
mod log;
mod output;
mod private_memory;
mod runner;
mod sealed_key;
mod sentence;
mod supervisor;
mod sync_notes;
mod tpm_counter;
mod tpm_keys;
mod tpm_name;
mod update;
mod whole_file;
mod wiping;
