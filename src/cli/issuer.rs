//! Which `OpenID` Connect issuer a server trusts.

use std::time::Duration;

use clap::Args;

use super::fault::Fault;
use super::output::tell;
use crate::credentials::{Credentials, Issuer, Trust};

/// How long an issuer is left alone between two times that it is asked for its keys.
const PAUSE: Duration = Duration::from_mins(1);

/// The issuer whose tokens are taken, too.
#[derive(Debug, Args)]
#[allow(clippy::struct_field_names, clippy::doc_markdown, reason = "these are the names and the words of the flags")]
pub(super) struct IssuerArgs {
    /// Take tokens of this OpenID Connect issuer, too: what they say in "iss"
    #[arg(long, env = "TRAVAUX_OIDC_ISSUER", value_name = "URL", requires_all = ["oidc_audience", "oidc_jwks"])]
    oidc_issuer: Option<String>,
    /// For whom its tokens must be issued: what they say in "aud"
    #[arg(long, env = "TRAVAUX_OIDC_AUDIENCE", value_name = "NAME", requires = "oidc_issuer")]
    oidc_audience: Option<String>,
    /// Where its keys are told (JWKS): an address with https, or a file
    #[arg(long, env = "TRAVAUX_OIDC_JWKS", value_name = "FILE|URL", requires = "oidc_issuer")]
    oidc_jwks: Option<String>,
    /// The claim that says as whom its bearer speaks, such as "delegation:gcm/kenya", or a list of such
    #[arg(long, env = "TRAVAUX_OIDC_CLAIM", value_name = "NAME", default_value = "travaux")]
    oidc_claim: String,
}

impl IssuerArgs {
    /// These credentials and those of the issuer, if one is trusted.
    pub(super) fn trusted(&self, credentials: Credentials) -> Result<Credentials, Fault> {
        let (Some(issuer), Some(audience), Some(keys)) = (&self.oidc_issuer, &self.oidc_audience, &self.oidc_jwks)
        else {
            return Ok(credentials);
        };
        let (issuer, audience, keys) = (issuer.clone(), audience.clone(), keys.clone());
        let is_file = !keys.contains("://");
        let claim = self.oidc_claim.clone();
        let issuer = Issuer::new(Trust { issuer, audience, claim, keys, pause: PAUSE })?;
        match issuer.ask() {
            // Who has another token is let in meanwhile.
            Err(why) if !is_file => tell(&format!("{why}; it is asked again every minute")),
            asked => asked?,
        }
        Ok(credentials.trusting(issuer))
    }
}
