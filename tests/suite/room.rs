//! A negotiation played in memory: decide, evolve, and the record that comes of it.

use travaux::compact::{
    self, Command, Compact, CompactId, Entry, Event, Found, Moment, Refusal, Seq, Speaker, blanked, speaker_of,
};
use travaux::formats::story::{Player, Story, Told};
use travaux::history::{At, Redline, redline};
use travaux::proof::Hash;

/// A room with one compact and its record.
#[derive(Default)]
pub struct Room {
    pub record: Vec<Entry>,
    pub state: Option<Compact>,
}

impl Room {
    /// Judges a command and remembers what comes of it; `None` where nothing was to be done.
    pub fn say(&mut self, mut command: Command) -> Result<Option<Seq>, Refusal> {
        if let Command::Redact { entry, found, .. } = &mut command {
            *found = self.found(*entry).map(Box::new);
        }
        let speaker = speaker_of(&command, self.state.as_ref());
        let Some(event) = compact::decide(self.state.as_ref(), command)? else { return Ok(None) };
        Ok(Some(self.remember(speaker, event)))
    }

    /// An entry as whoever keeps the record finds it.
    fn found(&self, entry: Seq) -> Option<Found> {
        let found = self.record.get((entry.0 as usize).checked_sub(1)?)?;
        let bytes = stored(found);
        let leaf = Hash::of_leaf(&bytes).to_string();
        Some(Found { entry: found.clone(), leaf, bytes: bytes.into() })
    }

    /// Blanks what the last entry says, and reads the record anew.
    fn carry_out(&mut self) {
        let last = self.record.last().map(|entry| entry.event.clone());
        let Some(Event::EntryRedacted(redacted)) = last else { return };
        let entry = &mut self.record[redacted.entry.0 as usize - 1];
        *entry = Entry::decode(&blanked(&stored(entry), &redacted.what).unwrap()).unwrap();
        self.state = Compact::replay(&self.record).unwrap();
    }

    /// Remembers what happened, whoever decided it.
    pub fn remember(&mut self, speaker: Speaker, event: Event) -> Seq {
        let seq = self.state.as_ref().map_or(Seq(1), |state| state.seq.next());
        let time = Moment::from_millis(1_531_000_000_000 + i64::from(seq.0) * 60_000).unwrap();
        let entry = Entry { seq, time, speaker, spoken_by: None, event };
        // What is remembered is what was stored, not what was decided.
        let stored = stored(&entry);
        let read = Entry::decode(&stored).unwrap();
        assert_eq!(read, entry, "an entry reads back as it was written");
        match &mut self.state {
            None => self.state = Some(Compact::open(&read).unwrap()),
            Some(state) => {
                let told = String::from_utf8_lossy(&stored);
                state.evolve(&read).unwrap_or_else(|broken| panic!("{broken}: {told}"));
            }
        }
        self.record.push(read);
        self.carry_out();
        seq
    }

    /// The compact; there is one once it is opened.
    pub fn compact(&self) -> &Compact {
        self.state.as_ref().expect("no compact is open")
    }

    pub fn at(&self, at: &str) -> At {
        At { at: at.to_owned(), seq: self.compact().seq_of(at).unwrap() }
    }

    pub fn redline(&self, from: &str, to: &str) -> Redline {
        redline(self.compact(), self.at(from), self.at(to), None)
    }

    /// Plays a story; an act that is to be refused must be, with the problem named.
    pub fn play(&mut self, story: &str) -> Player {
        let story = Story::read(story).unwrap_or_else(|mistake| panic!("{mistake}"));
        let mut player = Player::default();
        for told in &story.acts {
            self.hear(&mut player, told).unwrap_or_else(|why| panic!("{why}"));
        }
        player
    }

    /// One act of a story; says why where it comes out otherwise than told.
    pub fn hear(&mut self, player: &mut Player, told: &Told) -> Result<(), String> {
        let command = player.command(told, self.state.as_ref()).map_err(|mistake| mistake.to_string())?;
        let Some(command) = command else { return Ok(()) };
        match (self.say(command), &told.refused) {
            (Ok(seq), None) => player.heard(told, seq.unwrap_or_default()),
            (Err(refusal), Some(slug)) if refusal.slug() == slug => {}
            (Err(refusal), _) => return Err(format!("line {}: refused as {}: {refusal}", told.line, refusal.slug())),
            (Ok(_), Some(slug)) => return Err(format!("line {}: not refused as {slug}", told.line)),
        }
        Ok(())
    }
}

fn stored(entry: &Entry) -> Vec<u8> {
    let any: CompactId = "any".parse().unwrap();
    entry.encode(&any).unwrap()
}

/// A new room with a compact called `paris`.
pub fn opened(id: &str) -> Room {
    let mut room = Room::default();
    room.say(Command::OpenCompact { compact: id.parse().unwrap(), title: "A compact (fiction)".into() }).unwrap();
    room
}
