//! The power lost at any moment: whatever was acknowledged is on every disk that may be left, and nothing else than was
//! recorded. The control: were `fdatasync` to do nothing, the same disks would have lost it.

use std::fs;
use std::path::Path;
use std::sync::mpsc;
use std::thread;

use super::disk::{Disk, Rest, Syncs, lay};
use super::trace::{Act, Record, records};
use super::{Life, contents, go_on, laid};
use crate::served::Served;
use crate::tried::{Draw, short_or_long, tried};
use crate::writers::{WRITERS, Writers};

/// What an image of a disk came to: how many acknowledged entries were looked for and found, or what is wrong with it.
type Judged = Result<usize, String>;

/// Four lives: a new store under many writers, the same store after a kill, what a lost power supply left of it with torn
/// writes, and a new store under a single writer.
fn lives(draw: &mut Draw) -> Vec<Life> {
    let each = short_or_long(12, 40);
    let home = tempfile::tempdir().unwrap();
    let [new, torn, single] = ["new", "torn", "single"].map(|name| home.path().join(name));
    let first = Life::live(&new, 0, WRITERS, each);
    let mut served = Served::start(&new);
    let writers = Writers::start(&served.address, [1, WRITERS, usize::MAX], || 0);
    assert_eq!(writers.kept.iter().take(each).count(), each);
    served.kill();
    writers.join();
    let second = Life::live(&new, 2, WRITERS, each);
    lay(&disk_at(&first, just_answered(&first, draw), Syncs::All).image(Rest::Torn, draw), &torn);
    fs::copy(home.path().join("new.key"), home.path().join("torn.key")).unwrap();
    let third = Life::live(&torn, 3, WRITERS, each);
    vec![first, second, third, Life::live(&single, 4, 1, 3 * each)]
}

#[test]
fn nothing_acknowledged_is_lost_with_the_power() {
    let (mut draw, seed) = Draw::new("when the power goes");
    let lives = lives(&mut draw);
    let cuts = short_or_long(4, 40);
    let (mut images, mut looked_for, mut wrong) = (0, 0, Vec::new());
    for (number, life) in lives.iter().enumerate() {
        for (what, judged) in judge_all(life, &moments(life, cuts, &mut draw), Syncs::All, &mut draw) {
            images += 1;
            match judged {
                Ok(found) => looked_for += found,
                Err(why) => wrong.push(format!("life {number}, {what}: {why}")),
            }
        }
    }
    assert!(wrong.is_empty(), "seed {seed}: {} of {images} images\n{}", wrong.len(), wrong.join("\n"));
    assert!(looked_for > images, "there was something to lose");
    let (control, lost) = control(&lives, &mut draw);
    tried(&format!(
        "power: {images} images of {} lives (seed {seed}): {looked_for} acknowledged entries looked for, 0 lost; \
         control, without fdatasync: {lost} of {control} images lost entries",
        lives.len()
    ));
}

/// The same just after answers, on disks that take no notice of `fdatasync`: how many images, and how many lost entries.
fn control(lives: &[Life], draw: &mut Draw) -> (usize, usize) {
    let mut outcomes = Vec::new();
    for life in lives {
        let moments: Vec<usize> = (0..short_or_long(1, 12)).map(|_| just_answered(life, draw)).collect();
        outcomes.extend(judge_all(life, &moments, Syncs::NotOfData, draw));
    }
    let lost = outcomes.iter().filter(|(_, judged)| judged.is_err()).count();
    assert!(4 * lost > outcomes.len(), "a simulation that loses {lost} of {} could not fail", outcomes.len());
    (outcomes.len(), lost)
}

/// After how many acts the power goes: around the end of a sync, just after an answer, while the server starts, or at any.
fn moments(life: &Life, many: usize, draw: &mut Draw) -> Vec<usize> {
    let records = records(&life.trace);
    let is_sync = |(_, record): &(usize, &Record<'_>)| matches!(record.act, Act::SyncEnded(_));
    let syncs: Vec<usize> = records.iter().enumerate().filter(is_sync).map(|(place, _)| place).collect();
    let moment = |number| match number % 4 {
        0 => syncs[draw.below(syncs.len())] + draw.below(2),
        1 => just_answered(life, draw),
        2 => draw.below(30.min(records.len())),
        _ => draw.below(records.len() + 1),
    };
    (0..many).map(moment).collect()
}

fn just_answered(life: &Life, draw: &mut Draw) -> usize {
    let (mark, _) = life.kept[draw.below(life.kept.len())];
    records(&life.trace).partition_point(|record| record.end <= mark)
}

/// Every image of the disk at each of these moments, judged; two at a time.
fn judge_all(life: &Life, moments: &[usize], syncs: Syncs, draw: &mut Draw) -> Vec<(String, Judged)> {
    let seeds: Vec<(usize, u64)> = moments.iter().map(|moment| (*moment, draw.number())).collect();
    let (told, outcomes) = mpsc::channel();
    thread::scope(|scope| {
        for share in seeds.chunks(seeds.len().div_ceil(2).max(1)) {
            let told = told.clone();
            scope.spawn(move || {
                for (moment, seed) in share {
                    judge(life, *moment, syncs, &mut Draw::from(*seed), &told);
                }
            });
        }
    });
    drop(told);
    outcomes.iter().collect()
}

fn disk_at(life: &Life, moment: usize, syncs: Syncs) -> Disk<'_> {
    life.base.clone().after(&records(&life.trace)[..moment], syncs)
}

fn judge(life: &Life, moment: usize, syncs: Syncs, draw: &mut Draw, told: &mpsc::Sender<(String, Judged)>) {
    let records = records(&life.trace);
    let disk = disk_at(life, moment, syncs);
    let next = records.get(moment).map_or(u64::MAX, |record| record.end);
    let kept: Vec<u64> = life.kept.iter().filter(|(mark, _)| *mark < next).map(|(_, position)| *position).collect();
    for rest in Rest::ALL {
        let image = laid(&disk.image(rest, draw));
        let judged = judge_image(life, image.path(), &kept);
        told.send((format!("{moment} of {} acts, the rest {rest:?}", records.len()), judged))
            .expect("the test listens");
    }
}

/// Opens what was left: all that was acknowledged is there, nothing is there that was not recorded, and it goes on.
fn judge_image(life: &Life, dir: &Path, kept: &[u64]) -> Judged {
    let found = contents(dir).map_err(|why| format!("it does not open: {why}"))?;
    let [before, after] = &life.entries;
    if !after.starts_with(&found) && !before.starts_with(&found) {
        return Err(format!("{} entries are there, and they are not those recorded", found.len()));
    }
    let last = kept.iter().copied().max().unwrap_or(0).max(before.len() as u64);
    if (found.len() as u64) < last {
        return Err(format!("{last} entries were acknowledged and {} are there", found.len()));
    }
    let next = go_on(dir).map_err(|why| format!("it takes no further entry: {why}"))?;
    let again = contents(dir).map_err(|why| format!("it does not open again: {why}"))?;
    if next != found.len() as u64 + 1 || again.len() as u64 != next || !again.starts_with(&found) {
        return Err(format!("position {next} follows {} entries, and {} are there", found.len(), again.len()));
    }
    Ok(kept.len())
}
