//! Several documents of one resident: a table a clinician can read, and properties over generated documents.

mod bundles;
mod properties;
mod table;
