//! A limit on everything that comes from outside, in one table. `docs/limits.md` prints the same table.

/// One limit: its name, its value and what it bounds.
pub struct Limit {
    /// Its name, as told in a refusal.
    pub name: &'static str,
    /// The most that is taken.
    pub most: usize,
    /// What it bounds.
    pub bounds: &'static str,
}

macro_rules! limits {
    ($($(#[doc = $doc:literal])* $name:ident = $most:expr;)*) => {
        $($(#[doc = $doc])* pub const $name: usize = $most;)*

        /// All limits.
        pub const ALL: &[Limit] = &[$(Limit { name: stringify!($name), most: $most, bounds: concat!($($doc),*) }),*];
    };
}

limits! {
    /// Bytes of the body of a request.
    BODY_BYTES_MAX = 8 * 1024 * 1024;
    /// Bytes of a whole text handed in.
    TEXT_BYTES_MAX = 4 * 1024 * 1024;
    /// Provisions of a text.
    PROVISIONS_MAX = 5_000;
    /// Bytes of the wording of one provision.
    WORDING_BYTES_MAX = 128 * 1024;
    /// Words and punctuation marks of the wording of one provision.
    WORDING_WORDS_MAX = 10_000;
    /// Edits of one proposal.
    EDITS_MAX = 200;
    /// Bytes of the wording of all edits of one proposal.
    PROPOSAL_BYTES_MAX = 512 * 1024;
    /// Proposals of one package.
    PACKAGE_PROPOSALS_MAX = 200;
    /// Sponsors of one proposal.
    SPONSORS_MAX = 200;
    /// Proposals that a revision says it reflects, that a text may assume, or that a credit is corrected to.
    PROPOSALS_NAMED_MAX = 1_000;
    /// Provisions that a statement says it is about.
    PROVISIONS_NAMED_MAX = 200;
    /// Bytes of the file attached to a statement.
    ATTACHMENT_BYTES_MAX = 512 * 1024;
    /// Characters of a link.
    LINK_CHARS_MAX = 2_000;
    /// Characters of a title, a name or a draft's label.
    NAME_CHARS_MAX = 200;
    /// Characters of a note, a reason or a rationale.
    NOTE_CHARS_MAX = 10_000;
    /// Characters of a provision's label.
    LABEL_CHARS_MAX = 32;
    /// Groups and delegations of a compact.
    SPEAKERS_MAX = 2_000;
    /// Rounds of a compact.
    ROUNDS_MAX = 200;
    /// Compacts of a record.
    COMPACTS_MAX = 10_000;
    /// Working drafts of the co-facilitators open at once on one compact.
    WORKING_DRAFTS_MAX = 20;
    /// Lines of the list of tokens: one to issue a token, one to revoke it.
    TOKENS_MAX = 20_000;
    /// Entries, proposals or other rows of one page.
    PAGE_ROWS_MAX = 1_000;
    /// Event streams open at once.
    STREAMS_MAX = 4_096;
    /// Event streams open at once for one speaker or address.
    STREAMS_EACH_MAX = 1_024;
    /// Requests a second of one speaker or address, over time.
    REQUESTS_PER_SECOND_MAX = 200;
    /// Requests of one speaker or address at a stroke.
    REQUESTS_BURST_MAX = 2_000;
    /// Speakers and addresses of which the requests are counted; of more, the least busy are forgotten.
    CALLERS_MAX = 10_000;
    /// Connections open at once; more wait until one is free.
    CONNECTIONS_MAX = 8_192;
    /// Connections open at once from one address; more are closed.
    CONNECTIONS_EACH_MAX = 2_048;
    /// Bytes of the address and the header fields of a request.
    HEAD_BYTES_MAX = 32 * 1024;
    /// Bytes of the query in an address.
    QUERY_BYTES_MAX = 16 * 1024;
    /// Characters of a request id that is taken over from a client.
    REQUEST_ID_CHARS_MAX = 64;
    /// Seconds until the head of a first request has come.
    HEAD_SECS_MAX = 10;
    /// Seconds until the body of a request has come.
    BODY_SECS_MAX = 120;
    /// Seconds that a connection stays open without a request.
    KEEP_ALIVE_SECS_MAX = 15;
    /// Seconds that an answer waits for a reader who takes nothing of it.
    STALL_SECS_MAX = 60;
    /// Types, groups and provisions that a filter of events names in all.
    FILTER_NAMES_MAX = 100;
    /// Entries looked at for one page of events that are filtered.
    EVENTS_SCANNED_MAX = 10_000;
    /// Webhooks of one compact.
    WEBHOOKS_MAX = 50;
    /// Webhooks of a record.
    WEBHOOKS_ALL_MAX = 1_000;
    /// Bytes of an idempotency key.
    IDEMPOTENCY_KEY_BYTES_MAX = 255;
    /// Idempotency keys remembered.
    IDEMPOTENCY_KEYS_MAX = 10_000;
}
