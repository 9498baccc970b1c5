//! Deliveries to webhooks with a courier and a clock of the test's own: minutes and days pass at once.

use std::cell::OnceCell;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use travaux::access::Speaking;
use travaux::compact::{Command, CompactId, Moment, Seq};
use travaux::feed::{Answer, Courier, Letter, Maker, NewWebhook, Post, Shelf, WAITS, Webhook, Webhooks};
use travaux::history::{Asked, Filter};
use travaux::log::MemoryLog;
use travaux::secretariat::Secretariat;

thread_local! {
    static START: OnceCell<Instant> = const { OnceCell::new() };
}

/// Time that passes as the test's does.
fn clock() -> Moment {
    let passed = START.with(|start| start.get_or_init(Instant::now).elapsed());
    Moment::from_millis(1_800_000_000_000).unwrap().later(i64::try_from(passed.as_millis()).unwrap())
}

/// The answer to a letter by its number, from 0; `None` never comes to an end.
type Answers = dyn Fn(usize, &Letter) -> Option<Answer> + Send + Sync;

/// What was carried where, when, and what is answered.
#[derive(Clone)]
struct Carried {
    posts: Arc<Mutex<Vec<(Moment, Letter)>>>,
    answers: Arc<Answers>,
}

impl Carried {
    fn answering(answers: impl Fn(usize, &Letter) -> Option<Answer> + Send + Sync + 'static) -> Self {
        Self { posts: Arc::default(), answers: Arc::new(answers) }
    }

    fn seqs(&self) -> Vec<u32> {
        let posts = self.posts.lock().unwrap();
        posts.iter().map(|(_, letter)| letter.id.split('/').nth(1).unwrap().parse().unwrap()).collect()
    }

    /// How many seconds passed between one attempt and the next.
    fn pauses(&self) -> Vec<i64> {
        let posts = self.posts.lock().unwrap();
        posts.windows(2).map(|pair| pair[1].0.millis_since(pair[0].0) / 1000).collect()
    }
}

impl Courier for Carried {
    fn post(&self, letter: Letter) -> Post<'_> {
        Box::pin(async move {
            let nth = {
                let mut posts = self.posts.lock().unwrap();
                posts.push((clock(), letter.clone()));
                posts.len() - 1
            };
            match (self.answers)(nth, &letter) {
                Some(answer) => answer,
                None => std::future::pending().await,
            }
        })
    }
}

/// A compact with a group or two, its webhooks, and what they carry.
struct Scene {
    secretariat: Arc<Secretariat>,
    webhooks: Webhooks,
    /// Whether who made the webhooks still may have entries sent somewhere.
    counts: Arc<AtomicBool>,
    stop: CancellationToken,
}

fn harbours() -> CompactId {
    "harbours".parse().unwrap()
}

impl Scene {
    async fn open(carried: &Carried) -> Self {
        let secretariat = Arc::new(Secretariat::open(Arc::new(MemoryLog::new())).unwrap());
        let title = "Harbours (fiction)".into();
        secretariat
            .record(&harbours(), Speaking::Anyone.says(Command::OpenCompact { compact: harbours(), title }), None)
            .await
            .unwrap();
        Self::of(secretariat, carried, (Shelf::forgetful(), Vec::new()))
    }

    fn of(secretariat: Arc<Secretariat>, carried: &Carried, kept: (Shelf, Vec<Webhook>)) -> Self {
        let webhooks = Webhooks::carried_by(Box::new(carried.clone()), clock, secretariat.clone(), kept, false);
        let stop = CancellationToken::new();
        let counts = Arc::new(AtomicBool::new(true));
        let (still_counts, anyone) = (counts.clone(), Maker::default());
        webhooks.start(Arc::new(move |maker, _| *maker != anyone || still_counts.load(Relaxed)), &stop);
        Self { secretariat, webhooks, counts, stop }
    }

    /// Records another entry.
    async fn register(&self, group: &str) -> Seq {
        let (group, name) = (group.parse().unwrap(), group.to_owned());
        let recorded = self
            .secretariat
            .record(&harbours(), Speaking::Anyone.says(Command::RegisterGroup { group, name }), None)
            .await;
        recorded.unwrap().seq
    }

    async fn subscribe(&self, url: &str, filter: Filter, after: u32) -> Webhook {
        let compact = self.secretariat.compact(&harbours()).unwrap();
        let asked = NewWebhook { url: url.into(), filter, by: Maker::default(), after: Some(Seq(after)) };
        self.webhooks.add(&compact, asked).await.unwrap()
    }

    fn webhook(&self, id: &str) -> Webhook {
        self.webhooks.one(&harbours(), id).unwrap()
    }

    /// Waits in the test's time, a month at most, and says whether it came to that.
    async fn comes_to(&self, what: impl Fn(&Self) -> bool) -> bool {
        for _ in 0..31 * 24 * 60 {
            if what(self) {
                return true;
            }
            tokio::time::sleep(Duration::from_mins(1)).await;
        }
        false
    }
}

const URL: &str = "https://example.org/hook";

fn everything() -> Filter {
    Filter::default()
}

#[tokio::test(start_paused = true)]
async fn entries_are_delivered_one_after_the_other_each_once() {
    let carried = Carried::answering(|_, _| Some(Answer::Status(204)));
    let scene = Scene::open(&carried).await;
    scene.register("a").await;
    let webhook = scene.subscribe(URL, everything(), 0).await;
    assert!(scene.comes_to(|_| carried.seqs().len() == 2).await);
    scene.register("b").await;
    assert!(scene.comes_to(|scene| scene.webhook(&webhook.id).after == Seq(3)).await);
    assert_eq!(carried.seqs(), [1, 2, 3]);
    let (_, letter) = carried.posts.lock().unwrap()[2].clone();
    assert_eq!(letter.id, format!("harbours/3/{}", webhook.id));
    let event: serde_json::Value = serde_json::from_slice(&letter.body).unwrap();
    assert_eq!(event["id"], "harbours/3", "it is the event of the stream");
    assert!(event.get("position").is_none(), "whoever receives it may see this compact alone");
}

#[tokio::test(start_paused = true)]
async fn what_is_not_taken_is_tried_again_under_the_same_id_before_anything_else() {
    let carried = Carried::answering(|nth, _| match nth {
        0..=2 => Some(Answer::Status(500)),
        3 => Some(Answer::Nothing("no answer".into())),
        _ => Some(Answer::Status(200)),
    });
    let scene = Scene::open(&carried).await;
    scene.register("a").await;
    scene.subscribe(URL, everything(), 0).await;
    assert!(scene.comes_to(|_| carried.seqs().len() == 6).await);
    assert_eq!(carried.seqs(), [1, 1, 1, 1, 1, 2], "entry 2 waits until entry 1 is taken");
    let posts = carried.posts.lock().unwrap();
    assert!(posts[..5].iter().all(|(_, letter)| letter.id == posts[0].1.id));
    assert_ne!(posts[0].1.signature, posts[4].1.signature, "each attempt is signed with its own time");
    drop(posts);
    for (pause, told) in carried.pauses().into_iter().zip(WAITS).take(4) {
        let told = i64::try_from(*told).unwrap();
        assert!((told * 4 / 5 - 1..=told * 6 / 5 + 1).contains(&pause), "{pause} s where {told} s are told");
    }
}

#[tokio::test(start_paused = true)]
async fn a_dead_endpoint_is_disabled_with_a_record_of_it_and_goes_on_when_enabled() {
    let mended = Arc::new(AtomicBool::new(false));
    let is_mended = mended.clone();
    let carried = Carried::answering(move |_, _| Some(Answer::Status(if is_mended.load(Relaxed) { 200 } else { 503 })));
    let scene = Scene::open(&carried).await;
    let webhook = scene.subscribe(URL, everything(), 0).await;
    assert!(scene.comes_to(|scene| scene.webhook(&webhook.id).disabled.is_some()).await);
    let (disabled, tried) = (scene.webhook(&webhook.id).disabled.unwrap(), carried.seqs().len());
    assert_eq!(disabled.last.unwrap().status, Some(503));
    let days = disabled.at.millis_since(webhook.created_at) / (24 * 3600 * 1000);
    assert!((5..6).contains(&days), "given up after {days} days");
    scene.register("a").await;
    tokio::time::sleep(Duration::from_hours(48)).await;
    assert_eq!(carried.seqs().len(), tried, "nothing is sent to a webhook that is disabled");
    mended.store(true, Relaxed);
    scene.webhooks.enable(&harbours(), &webhook.id, Maker::default()).await.unwrap().unwrap();
    assert!(scene.comes_to(|scene| scene.webhook(&webhook.id).after == Seq(2)).await);
    assert_eq!(carried.seqs()[tried..], [1, 2], "it goes on where it was given up");
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_that_is_gone_gets_nothing_more() {
    let carried = Carried::answering(|_, _| Some(Answer::Status(410)));
    let scene = Scene::open(&carried).await;
    scene.register("a").await;
    let webhook = scene.subscribe(URL, everything(), 0).await;
    assert!(scene.comes_to(|scene| scene.webhook(&webhook.id).disabled.is_some()).await);
    tokio::time::sleep(Duration::from_hours(48)).await;
    assert_eq!(carried.seqs(), [1]);
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_that_never_answers_keeps_nobody_else_waiting() {
    let carried =
        Carried::answering(|_, letter| (letter.url.host() == "quick.example.org").then_some(Answer::Status(200)));
    let scene = Scene::open(&carried).await;
    let slow = scene.subscribe("https://slow.example.org", everything(), 0).await;
    let quick = scene.subscribe("https://quick.example.org", everything(), 0).await;
    for group in ["a", "b", "c"] {
        scene.register(group).await;
    }
    assert!(scene.comes_to(|scene| scene.webhook(&quick.id).after == Seq(4)).await);
    assert_eq!(scene.webhook(&slow.id).after, Seq(0));
}

#[tokio::test(start_paused = true)]
async fn a_replay_begins_anew_anywhere_even_while_a_delivery_hangs() {
    let carried = Carried::answering(|nth, _| (nth != 3).then_some(Answer::Status(200)));
    let scene = Scene::open(&carried).await;
    for group in ["a", "b", "c"] {
        scene.register(group).await;
    }
    let webhook = scene.subscribe(URL, everything(), 0).await;
    assert!(scene.comes_to(|_| carried.seqs() == [1, 2, 3, 4]).await);
    let compact = scene.secretariat.compact(&harbours()).unwrap();
    scene.webhooks.replay(&compact, &webhook.id, Seq(1)).await.unwrap().unwrap();
    assert!(scene.comes_to(|scene| scene.webhook(&webhook.id).after == Seq(4)).await);
    assert_eq!(carried.seqs(), [1, 2, 3, 4, 2, 3, 4]);
    let posts = carried.posts.lock().unwrap();
    assert_eq!(posts[1].1.id, posts[4].1.id, "an entry has the same id when it is replayed");
}

#[tokio::test(start_paused = true)]
async fn only_what_the_filter_takes_is_delivered_and_the_cursor_goes_over_the_rest() {
    let carried = Carried::answering(|_, _| Some(Answer::Status(200)));
    let scene = Scene::open(&carried).await;
    let groups = Asked { groups: vec!["b".into()], ..Asked::default() };
    let webhook = scene.subscribe(URL, groups.try_into().unwrap(), 0).await;
    for group in ["a", "b", "c"] {
        scene.register(group).await;
    }
    assert!(scene.comes_to(|scene| scene.webhook(&webhook.id).after == Seq(4)).await);
    assert_eq!(carried.seqs(), [3]);
}

/// Webhooks as they are kept in a directory.
fn kept(dir: &Path) -> (Shelf, Vec<Webhook>) {
    Shelf::open(dir.join("record.hooks")).unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_webhook_goes_on_after_a_restart_where_it_was() {
    let dir = tempfile::tempdir().unwrap();
    let carried = Carried::answering(|_, _| Some(Answer::Status(200)));
    let before = Scene::open(&carried).await;
    let secretariat = before.secretariat.clone();
    let before = Scene::of(secretariat.clone(), &carried, kept(dir.path()));
    let webhook = before.subscribe(URL, everything(), 0).await;
    before.register("a").await;
    assert!(before.comes_to(|scene| scene.webhook(&webhook.id).after == Seq(2)).await);
    before.stop.cancel();
    before.webhooks.stopped().await;
    let after = Scene::of(secretariat, &carried, kept(dir.path()));
    assert_eq!(after.webhook(&webhook.id), before.webhook(&webhook.id), "all of it is kept");
    after.register("b").await;
    assert!(after.comes_to(|scene| scene.webhook(&webhook.id).after == Seq(3)).await);
    assert_eq!(carried.seqs(), [1, 2, 3], "nothing is left out or told twice");
    assert!(after.webhooks.delete(&harbours(), &webhook.id).await.unwrap());
    assert_eq!(kept(dir.path()).1, [], "what is deleted is not kept");
}

#[tokio::test(start_paused = true)]
async fn what_was_delivered_is_kept_a_second_later_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().unwrap();
    let carried = Carried::answering(|_, _| Some(Answer::Status(200)));
    let scene = Scene::open(&carried).await;
    let scene = Scene::of(scene.secretariat.clone(), &carried, kept(dir.path()));
    let webhook = scene.subscribe(URL, everything(), 0).await;
    assert!(scene.comes_to(|_| kept(dir.path()).1[0].after == Seq(1)).await, "without being stopped");
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let folder = dir.path().join("record.hooks");
    assert_eq!((mode(&folder), mode(&folder.join(format!("{}.json", webhook.id)))), (0o700, 0o600));
}

#[tokio::test(start_paused = true)]
async fn a_webhook_that_is_ahead_of_the_record_goes_on_at_its_end() {
    let carried = Carried::answering(|_, _| Some(Answer::Status(200)));
    let scene = Scene::open(&carried).await;
    let mut webhook = scene.subscribe(URL, everything(), 1).await;
    webhook.after = Seq(40);
    let restored = Scene::of(scene.secretariat.clone(), &carried, (Shelf::forgetful(), vec![webhook]));
    restored.register("a").await;
    assert!(restored.comes_to(|_| carried.seqs().ends_with(&[2])).await, "a backup was put back, and the record grows");
}

#[tokio::test(start_paused = true)]
async fn between_two_attempts_who_made_a_webhook_may_cease_to_count_and_nothing_more_is_sent() {
    let carried = Carried::answering(|nth, _| Some(Answer::Status(if nth < 3 { 503 } else { 200 })));
    let scene = Scene::open(&carried).await;
    let webhook = scene.subscribe(URL, everything(), 0).await;
    assert!(scene.comes_to(|_| carried.seqs().len() == 3).await);
    scene.counts.store(false, Relaxed);
    assert!(scene.comes_to(|scene| scene.webhook(&webhook.id).disabled.is_some()).await);
    let disabled = scene.webhook(&webhook.id).disabled.unwrap();
    assert!(disabled.why.contains("counts no longer"), "{disabled:?}");
    assert_eq!(disabled.last.unwrap().status, Some(503), "the last attempt there was");
    tokio::time::sleep(Duration::from_hours(48)).await;
    assert_eq!(carried.seqs().len(), 3);
    let other = Maker { speaking: "secretariat".into(), token: Some("1a2b3c4d".into()) };
    scene.webhooks.enable(&harbours(), &webhook.id, other.clone()).await.unwrap().unwrap();
    assert!(scene.comes_to(|scene| scene.webhook(&webhook.id).after == Seq(1)).await, "it goes on where it was");
    let third = Maker { speaking: "integration".into(), token: Some("5e6f7a8b".into()) };
    scene.webhooks.enable(&harbours(), &webhook.id, third).await.unwrap().unwrap();
    assert_eq!(scene.webhook(&webhook.id).made_by, other, "who still counts goes on to answer for it");
}
