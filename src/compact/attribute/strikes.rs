//! Who asked for a strike: not only for words to be gone, but for these words, about as much as was struck.

use std::ops::Range;

use super::asked::{Asked, Place, Places};
use crate::compact::edit::Change;
use crate::compact::ids::ProvisionId;
use crate::compact::state::{Compact, Life};
use crate::text::{Act, View, precise};

/// The evidence of a strike that was asked for, but not as just that strike.
pub(super) const STRIKE_EVIDENCE: f32 = 0.9;
/// The part of what an edit strikes in one place that must be struck for it to be that strike.
const SAME_STRIKE_SHARE: f32 = 0.6;
/// The part of a provision's words that an edit must strike to have asked for all of it to go.
const WHOLE_STRIKE_SHARE: f32 = 0.8;

/// The asks that strike a word, of one splice, and how sure that is: `word`, `struck` and `core` (`struck` without the
/// space around it) in Unicode scalar values of the wording before. `bearers` are those whose words were added in its
/// place, and how sure that is: theirs is the strike, too.
pub(super) fn of_word(
    places: &Places,
    word: u32,
    (struck, core): (&Range<u32>, &Range<u32>),
    bearers: &[(usize, f32)],
) -> (Vec<usize>, f32) {
    let covering = || places.covering(word);
    let borne = |place: &Place| bearers.iter().find(|(ask, _)| *ask == place.ask).map(|(_, evidence)| *evidence);
    let evidence = covering().filter_map(borne).fold(None, |least: Option<f32>, e| Some(least.map_or(e, |l| l.min(e))));
    let asks = |places: &mut dyn Iterator<Item = &Place>| places.map(|p| p.ask).collect::<Vec<usize>>();
    if let Some(evidence) = evidence {
        // Theirs is the strike, and theirs who asked for just the same words to go.
        let cores: Vec<Range<u32>> = covering().filter(|p| borne(p).is_some()).map(Place::core).collect();
        return (asks(&mut covering().filter(|p| borne(p).is_some() || cores.contains(&p.core()))), evidence);
    }
    // Just this strike and nothing in its place.
    let same = asks(&mut covering().filter(|p| p.says(core, "")));
    if bearers.is_empty() && !same.is_empty() {
        return (same, 1.0);
    }
    let is_about_it = |p: &&Place| {
        let common = p.end.min(struck.end).saturating_sub(p.start.max(struck.start));
        f64::from(common) >= f64::from(SAME_STRIKE_SHARE) * f64::from(p.end - p.start)
    };
    (asks(&mut covering().filter(is_about_it)), STRIKE_EVIDENCE)
}

/// The asks for a provision to be taken out.
pub(super) fn of_provision(compact: &Compact, asked: &Asked<'_>, provision: ProvisionId) -> Vec<usize> {
    let view = View::at(compact.seq);
    let places = || compact.outline.places(provision);
    let moves = |ask: usize| {
        let edit = asked.asks.get(ask).map(|a| a.edit);
        places().any(|place| Some(place.added.edit) == edit)
    };
    let places = places().filter(|place| place.is_visible(&view));
    let strikes = places.flat_map(|s| s.acts.iter()).filter(|(act, _)| *act == Act::Strike);
    let mut asks: Vec<usize> =
        strikes.filter_map(|(_, mark)| asked.of_edit(mark.edit)).filter(|ask| !moves(*ask)).collect();
    if let Some(life) = compact.provisions.get(&provision) {
        asks.extend(of_most_words(life, asked, &view));
    }
    asks.sort_unstable();
    asks.dedup();
    asks
}

/// The asks that strike most words of a provision.
fn of_most_words(life: &Life, asked: &Asked<'_>, view: &View<'_>) -> Vec<usize> {
    let mut all = 0;
    let mut struck: Vec<(usize, usize)> = Vec::new();
    for (strand, text) in life.wording.strands().filter(|(s, _)| s.is_visible(view)) {
        all += text.len();
        for (_, mark) in strand.acts.iter().filter(|(act, _)| *act == Act::Strike) {
            let Some(ask) = asked.of_edit(mark.edit) else { continue };
            match struck.iter_mut().find(|(a, _)| *a == ask) {
                Some((_, bytes)) => *bytes += text.len(),
                None => struck.push((ask, text.len())),
            }
        }
    }
    let enough = |bytes: usize| precise(bytes) >= WHOLE_STRIKE_SHARE * precise(all);
    struck.into_iter().filter(|(_, bytes)| enough(*bytes)).map(|(ask, _)| ask).collect()
}

/// The asks for a provision to stand behind another one.
pub(super) fn of_move(
    compact: &Compact,
    asked: &Asked<'_>,
    provision: ProvisionId,
    after: Option<ProvisionId>,
) -> Vec<usize> {
    let wanted = |ask: &usize| {
        let Some(ask) = asked.asks.get(*ask) else { return false };
        let Some(proposal) = compact.proposals.get(&ask.proposal) else { return false };
        let tabled = proposal.form.edits.get(ask.edit.ordinal as usize).map(|tabled| &tabled.change);
        matches!(tabled, Some(Change::Move { r#move }) if compact.asks_behind(proposal, r#move, after, compact.seq))
    };
    asked.about(provision).iter().copied().filter(wanted).collect()
}
