//! The first lanes: orders and settings, then staff, revoked cards and dictionaries.

use kakari_record::seal::SignedRoster;
use kakari_store::SyncSettings;

use super::outcome::{Step, WipeOrder};
use super::round::{Client, Round};
use super::{Problem, Refusal};
use crate::{Head, MassWipe, ObjectRef, Orders, Settings, Signed, WireError};

impl Client {
    pub(super) async fn orders_lane(&mut self, round: &mut Round<'_>, head: &Head) {
        let Some(object) = &head.orders else { return };
        match self.obey(round, object).await {
            Ok(wipe) => round.outcome.wipe = wipe,
            Err(problem) => round.outcome.fail(Step::Orders, problem),
        }
    }

    async fn obey(&mut self, round: &mut Round<'_>, object: &ObjectRef) -> Result<Option<WipeOrder>, Problem> {
        let orders = match &self.last_orders {
            Some((known, orders)) if *known == object.sha256 => orders.clone(),
            _ => self.read_orders(&round.fetch(&self.downloads, Step::Orders, object).await?)?,
        };
        let believed = self.store.trusted()?.map_or(0, |trusted| trusted.orders);
        if orders.version < believed {
            return Err(Refusal::Rollback.into());
        }
        self.trust(|trusted| kakari_store::Trusted { orders: orders.version, ..trusted })?;
        let settings = SyncSettings {
            lease_days: orders.settings.lease_days.max(Settings::LEAST_LEASE_DAYS),
            poll_seconds: orders.settings.poll_seconds.clamp(1, Settings::LONGEST_POLL),
            metered_bytes_per_day: orders.settings.metered_bytes_per_day,
        };
        if self.store.settings()? != settings {
            self.store.set_settings(&settings)?;
        }
        let own = &self.identity.enrolment;
        let wipe = orders.wipe_of(&own.tablet, self.own_time()?.at_least(), &own.officers);
        let wipe = wipe.map(|order| order.map(|order| WipeOrder { nonce: order.nonce }));
        let wipe = wipe.map_err(|MassWipe| Refusal::MassWipe);
        self.last_orders = Some((object.sha256, orders));
        Ok(wipe?)
    }

    fn read_orders(&self, bytes: &[u8]) -> Result<Orders, Refusal> {
        let signed = Signed::<Orders>::decode(bytes).map_err(|_| Refusal::Arbitrary)?;
        let orders = signed.verify(&self.identity.enrolment.region_key).map_err(|error| match error {
            WireError::NotSigned => Refusal::WrongKey,
            _ => Refusal::UnknownForm,
        })?;
        if orders.feed == self.identity.enrolment.feed { Ok(orders) } else { Err(Refusal::WrongRegion) }
    }

    pub(super) async fn roster_lane(&mut self, round: &mut Round<'_>, head: &Head) {
        if let Err(problem) = self.take_roster(round, head).await {
            round.outcome.fail(Step::Roster, problem);
        }
        if let Err(problem) = self.take_dictionaries(round, head).await {
            round.outcome.fail(Step::Roster, problem);
        }
    }

    async fn take_roster(&mut self, round: &mut Round<'_>, head: &Head) -> Result<(), Problem> {
        let known = self.store.roster_version()?;
        if known == Some(head.roster.version) && !self.store.wraps_forgotten()? {
            return Ok(());
        }
        let bytes = round.fetch(&self.downloads, Step::Roster, &head.roster.object).await?;
        let signed = SignedRoster::decode(&bytes).map_err(|_| Refusal::Roster)?;
        let own = &self.identity.enrolment;
        let roster = signed.verify(&own.region_key, self.identity.feed()).map_err(|_| Refusal::Roster)?;
        if roster.version != head.roster.version {
            return Err(Refusal::MixAndMatch.into());
        }
        self.store.set_roster(&signed)?.map_err(|_| Refusal::Roster)?;
        self.trust(|trusted| kakari_store::Trusted { roster: trusted.roster.max(roster.version), ..trusted })
    }

    async fn take_dictionaries(&mut self, round: &mut Round<'_>, head: &Head) -> Result<(), Problem> {
        let known = self.store.dictionary_ids()?;
        for dictionary in head.dictionaries.iter().filter(|dictionary| !known.contains(&dictionary.id)) {
            let bytes = round.fetch(&self.downloads, Step::Roster, &dictionary.object).await?;
            self.store.add_dictionary(dictionary.id, &bytes)?;
        }
        Ok(())
    }
}
