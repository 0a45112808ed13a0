//! Documents in, one summary out; nothing is stored.

mod document;
mod form;
mod place;
mod remarks;
mod source;

use std::path::Path;
use std::process::ExitCode;

use chrono::{DateTime, Utc};
use kakari_record::merge::{MergeError, merge};
use kakari_record::model::Summary;
use kakari_record::{display, handover};

use self::document::{Document, Read, Refused};
use self::remarks::Told;
use crate::cli::{Form, PreviewArgs};
use crate::output;

/// What is shown: the documents as one summary.
struct Preview {
    summary: Summary,
    /// Bytes of the face photo that would be sealed beside the summary.
    photo: Option<usize>,
    documents: Vec<About>,
    remarks: Vec<Told>,
}

/// What is told of a document itself.
struct About {
    file: String,
    as_of: DateTime<Utc>,
    source: Option<String>,
}

pub(crate) fn run(args: &PreviewArgs) -> Result<ExitCode, String> {
    if args.files.iter().filter(|file| *file == Path::new("-")).count() > 1 {
        output::say("standard input can be read once: give - once");
        return Ok(ExitCode::from(2));
    }
    match preview(document::read_all(&args.files)) {
        Ok(preview) => show(args, &preview).map(|()| ExitCode::SUCCESS),
        Err(refused) => refuse(args, &refused).map(|()| ExitCode::FAILURE),
    }
}

/// One refused document refuses all: a summary without it would look whole.
fn preview(read: Read) -> Result<Preview, Vec<Refused>> {
    if !read.refused.is_empty() {
        return Err(read.refused);
    }
    let mut remarks: Vec<Told> = read.documents.iter().flat_map(remarks::of_document).collect();
    let documents: Vec<About> = read.documents.iter().map(about).collect();
    let readings = read.documents.into_iter().map(|document| document.reading).collect();
    let merged = merge(readings).map_err(|error| vec![refused_together(&documents, error)])?;
    remarks.extend(merged.remarks.iter().map(|remark| remarks::of_merging(&documents[remark.document].file, remark)));
    let photo = merged.photo.as_ref().map(|photo| photo.jpeg().len());
    Ok(Preview { summary: merged.summary, photo, documents, remarks })
}

fn about(document: &Document) -> About {
    let summary = &document.reading.summary;
    About { file: document.place.name(), as_of: summary.as_of, source: summary.source.clone() }
}

/// Documents that are readable, each alone.
fn refused_together(documents: &[About], error: MergeError) -> Refused {
    match error {
        MergeError::TwoPeople { first, second, difference } => Refused {
            file: documents[second].file.clone(),
            error: format!(
                "not shown to be about the same person as {}: {difference}; preview each resident's documents alone",
                documents[first].file
            ),
        },
        error => Refused { file: "all files".to_owned(), error: error.to_string() },
    }
}

fn show(args: &PreviewArgs, preview: &Preview) -> Result<(), String> {
    if args.json {
        return output::print(&format!("{}\n", form::json(preview)?));
    }
    let today = args.today.unwrap_or_else(|| display::day_of(Utc::now()));
    let text = match args.form {
        Form::Summary => form::summary(preview, today, args.all),
        Form::Text => handover::text(&preview.summary, today),
        Form::Script => form::script(preview, today),
        Form::Ips => form::ips(preview)?,
    };
    if args.form != Form::Summary {
        remarks::lines(&preview.remarks, args.all).iter().for_each(|line| output::say(line));
    }
    output::print(&text)
}

fn refuse(args: &PreviewArgs, refused: &[Refused]) -> Result<(), String> {
    for Refused { file, error } in refused {
        output::say(&format!("{file}: {error}"));
    }
    if args.json { output::print(&format!("{}\n", form::refused_json(refused))) } else { Ok(()) }
}
