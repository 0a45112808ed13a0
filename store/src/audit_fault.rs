//! What can be wrong with an audit chain, each with what it means.

/// Where a chain does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ChainFault {
    /// A row is not what was chained, or does not follow from the row before it.
    #[error("row {sequence} was changed or put in, or does not follow from the row before it")]
    Changed {
        /// Which.
        sequence: u64,
    },
    /// Rows are not there.
    #[error("rows {first} to {last} are missing")]
    Missing {
        /// The first.
        first: u64,
        /// The last.
        last: u64,
    },
    /// A checkpoint that this tablet did not sign.
    #[error("the checkpoint in row {sequence} is not signed by this tablet")]
    Forged {
        /// Its row.
        sequence: u64,
    },
    /// A checkpoint that this tablet signed, of rows that are others now.
    #[error("the rows before the checkpoint in row {sequence} are not those that this tablet signed")]
    Rewritten {
        /// The checkpoint's row.
        sequence: u64,
    },
    /// More rows than are ever written without a checkpoint.
    #[error("rows {first} to {last} have no checkpoint, which is more than are ever written without one")]
    Unsigned {
        /// The first.
        first: u64,
        /// The last.
        last: u64,
    },
    /// The file beside the store says more than is here.
    #[error("the tail was cut: row {signed} was there when the newest checkpoint was kept, and {last} is the last now")]
    CutBehindFile {
        /// The row that the file's checkpoint signs.
        signed: u64,
        /// The last row that is here.
        last: u64,
    },
    /// The row that the file's checkpoint signs has another hash here.
    #[error("row {sequence} is not the one that the checkpoint kept beside the store signs")]
    NotAsInFile {
        /// Which.
        sequence: u64,
    },
    /// The file beside the store is not signed by this tablet.
    #[error("the checkpoint kept beside the store is not signed by this tablet")]
    FileForged,
    /// There are checkpoints, and none is kept beside the store.
    #[error("the checkpoint kept beside the store is missing")]
    FileMissing,
    /// The file is older than the rows by more than a crash can leave.
    #[error("the checkpoint kept beside the store is an old one: it signs row {signed}, and row {newest} has a newer")]
    FileOld {
        /// The row that it signs.
        signed: u64,
        /// The newest checkpoint's row.
        newest: u64,
    },
    /// The region has signed for a row that is not here.
    #[error("the tail was cut: the region has received row {received}, and {last} is the last now")]
    CutBehindReceipt {
        /// The last row with a receipt.
        received: u64,
        /// The last row that is here.
        last: u64,
    },
    /// The region has signed for another row in this place.
    #[error("row {sequence} is not the one that the region has received")]
    NotAsReceived {
        /// Which.
        sequence: u64,
    },
    /// The row from which this check began is not what it was when it was verified.
    #[error("row {sequence} is not what it was when it was verified last")]
    NotAsVerified {
        /// Which.
        sequence: u64,
    },
}

impl ChainFault {
    /// The same for who looks at the tablet, in one sentence.
    pub fn ja(&self) -> String {
        match self {
            Self::Changed { sequence } => format!("{sequence}件目が書き換えられたか、差し込まれています"),
            Self::Missing { first, last } => format!("{first}件目から{last}件目が抜けています"),
            Self::Forged { sequence } => format!("{sequence}件目の確認署名はこの端末のものではありません"),
            Self::Rewritten { sequence } => {
                format!("{sequence}件目の確認署名より前の記録が、署名のあとで作り直されています")
            }
            Self::Unsigned { first, last } => format!("{first}件目から{last}件目に確認署名がありません"),
            Self::CutBehindFile { signed, last } => {
                format!("末尾が切り取られています({signed}件目まであったはずが{last}件目まで)")
            }
            Self::NotAsInFile { sequence } => format!("{sequence}件目が控えの確認署名と合いません"),
            Self::FileForged => "控えの確認署名はこの端末のものではありません".to_owned(),
            Self::FileMissing => "控えの確認署名がありません".to_owned(),
            Self::FileOld { signed, newest } => {
                format!("控えの確認署名が古いものです({signed}件目まで。最新は{newest}件目)")
            }
            Self::CutBehindReceipt { received, last } => {
                format!("末尾が切り取られています(地域は{received}件目まで受け取りましたが{last}件目まで)")
            }
            Self::NotAsReceived { sequence } => format!("{sequence}件目が地域の受領と合いません"),
            Self::NotAsVerified { sequence } => format!("{sequence}件目が前回の点検のときと違います"),
        }
    }
}
