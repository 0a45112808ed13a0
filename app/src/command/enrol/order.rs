//! What is to be done, by what the office gave.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use kakari_sync::client::Origin;
use kakari_sync::enrol::{Invitation, InvitationCode};
use zeroize::Zeroizing;

use super::by::By;
use super::refused::Refused;
use crate::cli::EnrolArgs;

/// One try to get a tablet ready.
#[derive(Clone, Debug)]
pub(super) struct Order {
    /// What the office gave; `None` goes on with a tablet that is enrolled already.
    pub(super) invited: Option<Invited>,
    /// Where the feed is read.
    pub(super) origin: Origin,
    /// The first snapshot may come over a metered link.
    pub(super) bulk_allowed: bool,
}

/// What the office gave. Its secrets are wiped with it.
#[derive(Clone, Debug)]
pub(super) enum Invited {
    /// Where to enrol over the network, with the keys that the invitation's QR code pins.
    Network(Invitation),
    /// A stick with an enrolment on it, and the code that went another way.
    Bundle(PathBuf, InvitationCode),
}

impl Order {
    /// By this, from where it says.
    pub(super) fn by(invited: Invited) -> Self {
        let origin = match &invited {
            Invited::Network(_) => Origin::Network,
            Invited::Bundle(dir, _) => Origin::Bundle(dir.clone()),
        };
        Self { invited: Some(invited), origin, bulk_allowed: false }
    }

    /// What the command line says.
    pub(super) fn read(args: &EnrolArgs) -> Result<Self, Refused> {
        Ok(Self { bulk_allowed: args.allow_snapshot, ..Self::by(Invited::read(args)?) })
    }
}

impl Invited {
    fn read(args: &EnrolArgs) -> Result<Self, Refused> {
        let invitation = match &args.invitation {
            Some(file) => read_invitation(file)?,
            None => {
                let code = InvitationCode::parse(args.code.as_deref().unwrap_or_default());
                let url = args.server.clone().unwrap_or_default();
                Invitation { url, code: code.map_err(|_| Refused::NoCode)?, pins: None }
            }
        };
        match &args.from {
            Some(_) if args.server.as_ref().is_some_and(|url| !url.starts_with("https://")) => Err(Refused::NoServer),
            Some(bundle) => Ok(Self::Bundle(bundle.clone(), invitation.code.clone())),
            None if !invitation.url.starts_with("https://") => Err(Refused::NoServer),
            None => Ok(Self::Network(invitation)),
        }
    }

    /// To be noted before it is tried.
    pub(super) fn way(&self) -> By {
        match self {
            Self::Network(invitation) => {
                By::Network { server: invitation.url.clone(), pinned: invitation.pins.is_some() }
            }
            Self::Bundle(..) => By::Bundle,
        }
    }
}

/// The invitation in this file, or on standard input for `-`.
pub(super) fn read_invitation(file: &Path) -> Result<Invitation, Refused> {
    let text = read_text(file).map_err(|source| Refused::Unreadable(file.to_owned(), source))?;
    Invitation::parse(&text).map_err(|_| Refused::NoInvitation(file.to_owned()))
}

fn read_text(file: &Path) -> io::Result<Zeroizing<String>> {
    let mut text = Zeroizing::new(String::with_capacity(4096));
    if file == Path::new("-") {
        io::stdin().take(4096).read_to_string(&mut text)?;
    } else {
        fs::File::open(file)?.take(4096).read_to_string(&mut text)?;
    }
    Ok(text)
}
