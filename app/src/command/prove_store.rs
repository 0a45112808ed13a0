//! `kakari prove-store` and `kakari store-schema`: what is asked of a new version before it is taken.

use std::process::ExitCode;

use clap::Args;
use kakari_store::wipe::WipeState;
use kakari_store::{Proof, StoreKey, newest_schema, prove};

use crate::cli::Configured;
use crate::{output, sentence, wiping};

/// How to prove.
#[derive(Debug, Args)]
pub(crate) struct ProveArgs {
    #[command(flatten)]
    configured: Configured,
    /// The store key comes on standard input, and not from a credential or file.
    #[arg(long)]
    key_from_stdin: bool,
}

/// Opens a copy of the store with this program, which migrates the copy, and reads it. The store itself is only read.
pub(crate) fn prove_store(args: &ProveArgs) -> Result<ExitCode, String> {
    if !args.configured.is_there() {
        output::line("The tablet is not enrolled yet: there is no store to try.");
        return Ok(ExitCode::SUCCESS);
    }
    let config = args.configured.load()?;
    if !matches!(config.store.try_exists(), Ok(true)) || wiping::state(&config) != WipeState::None {
        output::line("There is no store to try yet.");
        return Ok(ExitCode::SUCCESS);
    }
    let key = if args.key_from_stdin {
        let read = StoreKey::read(&mut std::io::stdin().lock()).map_err(|error| error.to_string())?;
        read.ok_or("what came on standard input is no store key: 32 bytes")?
    } else {
        StoreKey::load(&config.store_key_path()).map_err(|error| sentence::with_causes(&error))?
    };
    let proof = prove(&config.store, &key).map_err(|error| sentence::with_causes(&error))?;
    output::line(&words(&proof));
    Ok(ExitCode::SUCCESS)
}

fn words(proof: &Proof) -> String {
    let roster = if proof.roster { "the roster" } else { "no roster" };
    let records = match proof.records {
        Some(records) => format!("{records} records"),
        None => "records not tried, for want of room".to_owned(),
    };
    format!("A copy of the store opens: {roster}, {} audit rows, {records}.", proof.audit_rows)
}

/// The newest schema of a store that this program writes.
pub(crate) fn store_schema() -> ExitCode {
    output::line(&newest_schema().to_string());
    ExitCode::SUCCESS
}
