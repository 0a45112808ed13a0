//! `kakari audit export`.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::process::ExitCode;

use kakari_record::audit::{AuditEvent, AuditKind};
use kakari_record::display;
use kakari_record::fhir::audit::{audit_event, full_url};
use kakari_store::{Store, StoreError};
use serde_json::json;

use super::{ExportArgs, Format, open_to_write};
use crate::output;
use crate::runner::AuditClerk;

/// Rows between two words on how far it is.
const TELL_EVERY: u64 = 10_000;

/// Why nothing was exported.
#[derive(Debug, thiserror::Error)]
enum NotExported {
    #[error("the audit cannot be read: {0}")]
    Store(#[from] StoreError),
    #[error("the file cannot be written: {0}; give another with --out")]
    File(#[from] io::Error),
    #[error("no row of those days: nothing was exported")]
    Nothing,
}

pub(super) fn run(args: &ExportArgs) -> Result<ExitCode, String> {
    let config = args.configured.load()?;
    let mut store = open_to_write(&config)?;
    let done = export(&mut store, args, &AuditClerk::new(&config));
    match done {
        Ok((rows, later)) => {
            let left_out =
                if later > 0 { format!("(新しい版の{later}件は含みません)") } else { String::new() };
            output::aside(&format!("{rows}件を {} に書きました{left_out}", args.out.display()));
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => Err(error.to_string()),
    }
}

/// How many rows were written, and how many a later version of the program wrote. That they are exported is written down
/// before the file has its name.
fn export(store: &mut Store, args: &ExportArgs, clerk: &AuditClerk) -> Result<(u64, u64), NotExported> {
    let temporary = args.out.with_extension("part");
    if args.out.try_exists()? {
        return Err(io::Error::from(io::ErrorKind::AlreadyExists).into());
    }
    let mut file = Exported::new(&temporary, args.format)?;
    let (mut first, mut last, mut later) = (None, 0, 0);
    store.each_audit(1, u64::MAX, |row| -> Result<(), NotExported> {
        let Some(event) = &row.event else {
            later += 1;
            return Ok(());
        };
        let day = display::day_of(event.at);
        if args.from.is_some_and(|from| day < from) || args.to.is_some_and(|to| day > to) {
            return Ok(());
        }
        first.get_or_insert(row.sequence);
        last = row.sequence;
        Ok(file.put(row.sequence, event)?)
    })?;
    let rows = file.finish()?;
    let Some(first) = first else {
        std::fs::remove_file(&temporary)?;
        return Err(NotExported::Nothing);
    };
    store.append_audit(&clerk.own(AuditKind::AuditExported { first, last }))?;
    std::fs::rename(&temporary, &args.out)?;
    Ok((rows, later))
}

/// The file while it is written, for its owner alone.
struct Exported {
    file: BufWriter<File>,
    format: Format,
    rows: u64,
}

impl Exported {
    fn new(path: &std::path::Path, format: Format) -> io::Result<Self> {
        // What an earlier run left goes: a file that somebody else put there would have their mode.
        match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        let mut file = BufWriter::new(file);
        if format == Format::Fhir {
            file.write_all(br#"{"resourceType":"Bundle","type":"collection","entry":["#)?;
        }
        Ok(Self { file, format, rows: 0 })
    }

    fn put(&mut self, sequence: u64, event: &AuditEvent) -> io::Result<()> {
        let resource = audit_event(sequence, event);
        match self.format {
            Format::Fhir => {
                let comma = if self.rows > 0 { ",\n" } else { "\n" };
                let entry = json!({ "fullUrl": full_url(sequence, event), "resource": resource });
                write!(self.file, "{comma}{entry}")?;
            }
            Format::Ndjson => writeln!(self.file, "{resource}")?,
        }
        self.rows += 1;
        if self.rows.is_multiple_of(TELL_EVERY) {
            output::aside(&format!("{}件", self.rows));
        }
        Ok(())
    }

    /// How many rows are in it, all of them on the disk.
    fn finish(mut self) -> io::Result<u64> {
        if self.format == Format::Fhir {
            self.file.write_all(b"\n]}\n")?;
        }
        self.file.flush()?;
        self.file.get_ref().sync_all()?;
        Ok(self.rows)
    }
}
