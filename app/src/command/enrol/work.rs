//! The work: every step is stored before the next and told once it is verified.

use std::io;
use std::path::PathBuf;

use chrono::Utc;
use kakari_record::audit::AuditKind;
use kakari_store::wipe::{self, WipeState};
use kakari_sync::client::{Client, Identity, Origin, StateDir, enrol};

use super::super::sync::{APP, open_store};
use super::by::By;
use super::order::{Invited, Order};
use super::refused::NotEnrolled;
use super::step::{Doing, Enrolled, Ready, Teller, Verified};
use crate::cli::EnrolArgs;
use crate::config::Config;
use crate::runner::{AuditClerk, sign_audit};
use crate::tpm_keys::state_dir;
use crate::wiping;

/// A tablet that is being enrolled.
pub(super) struct Work {
    /// Its configuration: as it is written, or as it will be.
    pub(super) config: Config,
    config_path: PathBuf,
    /// The configuration is written and names a tablet.
    named: bool,
    metered: bool,
}

impl Work {
    pub(super) fn of(args: &EnrolArgs) -> Result<Self, String> {
        let written = if args.config.exists() { Some(Config::load(&args.config)) } else { None };
        let written = written.transpose().map_err(|error| error.to_string())?;
        Ok(Self {
            named: written.as_ref().is_some_and(|config| !config.tablet.is_empty()),
            config: written.unwrap_or_else(|| Config::in_dir(&args.state)),
            config_path: args.config.clone(),
            metered: args.metered,
        })
    }

    /// Whose the tablet is already, as it is stored, and by which way it came to be; none after an erasure, which is finished first.
    pub(super) fn kept(&self) -> Vec<Verified> {
        wiping::finish(&self.config);
        if !self.config.state.exists() {
            return Vec::new();
        }
        let Ok(state) = state_dir(&self.config) else { return Vec::new() };
        match state.load_identity() {
            Ok(Some(identity)) => enrolled(&state, &identity).into(),
            // Said when it is tried.
            Ok(None) | Err(_) => Vec::new(),
        }
    }

    /// Does what is not done yet.
    pub(super) async fn go_on(&mut self, order: &Order, teller: &mut dyn Teller) -> Result<Ready, NotEnrolled> {
        self.leave_erasure()?;
        teller.doing(Doing::Invitation);
        let state = state_dir(&self.config)?;
        let identity = self.identity(&state, order).await?;
        enrolled(&state, &identity).into_iter().for_each(|verified| teller.verified(verified));
        teller.doing(Doing::Store);
        self.settle_config(&identity, teller)?;
        let client = self.client(state, identity)?;
        teller.verified(Verified::Store);
        teller.doing(Doing::Feed);
        self.fill(client, order, teller).await
    }

    /// An erased tablet may begin anew once its region knows that it was erased, or never will.
    fn leave_erasure(&self) -> Result<(), NotEnrolled> {
        wiping::finish(&self.config);
        match wiping::state(&self.config) {
            WipeState::None => Ok(()),
            WipeState::Done { .. } if !wiping::is_untold(&self.config) => {
                wiping::forget(&self.config)?;
                wipe::forget(&wiping::paths(&self.config)).map_err(NotEnrolled::File)
            }
            WipeState::Pending { .. } | WipeState::Done { .. } => Err(NotEnrolled::BeingErased),
        }
    }

    /// Who this tablet is: as it is stored already, or as the region says now. A code counts once, so what would be refused
    /// afterwards is refused before it is used: a store that another tablet left.
    async fn identity(&self, state: &StateDir, order: &Order) -> Result<Identity, NotEnrolled> {
        if let Some(identity) = state.load_identity()? {
            return Ok(identity);
        }
        if self.named && self.has_store() {
            return Err(NotEnrolled::OldStore(self.config.tablet.clone()));
        }
        let invited = order.invited.as_ref().ok_or(NotEnrolled::Uninvited)?;
        invited.way().keep(state).map_err(NotEnrolled::File)?;
        Ok(match invited {
            Invited::Bundle(bundle, code) => enrol::enrol_from_bundle(state, bundle, code, Utc::now())?,
            Invited::Network(invitation) => enrol::enrol(state, invitation, APP).await?,
        })
    }

    /// Writes a configuration if there is none, and the names into one without. Names of another tablet are written over where
    /// nothing of that tablet is left but them, as after an ordered erasure; beside its store they have to be the same.
    fn settle_config(&mut self, identity: &Identity, teller: &mut dyn Teller) -> Result<(), NotEnrolled> {
        let told = &identity.enrolment;
        if self.named && self.config.tablet == told.tablet {
            return Ok(());
        }
        if self.named && self.has_store() {
            return Err(NotEnrolled::OtherTablet(told.tablet.clone()));
        }
        let (tablet, vehicle) = (told.tablet.clone(), told.vehicle.clone());
        let config = Config { tablet, vehicle, metered: self.metered || self.config.metered, ..self.config.clone() };
        let exists = self.config_path.exists();
        let write = if exists { Config::write_anew } else { Config::write };
        write(&config, &self.config_path).map_err(NotEnrolled::File)?;
        (self.config, self.named) = (config, true);
        teller.verified(Verified::Configuration(self.config_path.clone()));
        Ok(())
    }

    /// A link that leads nowhere counts too, and so does a place that cannot be looked at.
    fn has_store(&self) -> bool {
        self.config.store.symlink_metadata().map_or_else(|error| error.kind() != io::ErrorKind::NotFound, |_| true)
    }

    fn client(&self, state: StateDir, identity: Identity) -> Result<Client, NotEnrolled> {
        let fresh = !self.config.store.exists();
        drop(enrol::make_store(&state, &identity, &self.config.store, &self.config.store_key_path())?);
        let mut store = open_store(&self.config).map_err(NotEnrolled::Store)?;
        sign_audit(&self.config, &mut store);
        if fresh && let Err(error) = store.append_audit(&AuditClerk::new(&self.config).own(AuditKind::Enrolled)) {
            tracing::error!(%error, "the enrolment is not in the audit");
        }
        Ok(Client::new(state, identity, store, APP)?)
    }

    pub(super) fn is_metered(&self, origin: &Origin) -> bool {
        *origin == Origin::Network && (self.config.metered || self.metered)
    }
}

fn enrolled(state: &StateDir, identity: &Identity) -> [Verified; 2] {
    let told = &identity.enrolment;
    let enrolled = Enrolled {
        tablet: told.tablet.clone(),
        vehicle: told.vehicle.clone(),
        region: told.region.clone(),
        training: told.training,
        certified: identity.certificate.is_some(),
    };
    [Verified::Invited(By::load(state)), Verified::Enrolled(enrolled)]
}
