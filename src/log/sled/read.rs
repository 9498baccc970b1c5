//! Reading what is no longer in the tail.

use sled::{Db, IVec, Iter};

use super::frame::{self, Frame};
use super::{LogError, Scope, SledLog, Stored, layout, missing};
use crate::log::page::Page;

impl SledLog {
    /// The entries after the cursor, from the store.
    pub(super) fn read_stored(&self, scope: &Scope, after: u64, limit: usize) -> Result<Vec<Stored>, LogError> {
        let mut page = Page::new(scope, after, limit);
        match scope {
            Scope::Whole => self.fill_whole(&mut page)?,
            Scope::Compact(compact) => {
                if let Some(number) = self.durable.number(compact) {
                    self.fill_compact(number, &mut page)?;
                }
            }
        }
        Ok(page.into_entries())
    }

    fn fill_whole(&self, page: &mut Page<'_>) -> Result<(), LogError> {
        let durable = self.durable.position();
        let mut frames = Frames::holding(&self.db, page.after() + 1)?;
        while page.after() < durable && !page.is_full() {
            let frame = frames.next_frame()?;
            for position in frame.first.max(page.after() + 1)..frame.end() {
                if !page.is_full() {
                    page.push(self.stored(&frame, position)?)?;
                }
            }
        }
        Ok(())
    }

    fn fill_compact(&self, number: usize, page: &mut Page<'_>) -> Result<(), LogError> {
        let durable = self.durable.position();
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        let next = u32::try_from(page.after() + 1).unwrap_or(u32::MAX);
        let start = layout::run_key(number, 0)..=layout::run_key(number, next);
        let Some(run) = self.db.range(start).next_back() else {
            return Err(missing(format!("the index of compact {number}")));
        };
        let (first, _) = run?;
        let last = layout::run_key(number, u32::MAX);
        let mut frame: Option<Frame> = None;
        for run in self.db.range(first.as_ref()..=last.as_slice()) {
            for position in positions_after(&run?, page.after())? {
                // What lies behind the head is not durable yet, whatever is to be seen of it.
                if page.is_full() || position > durable {
                    return Ok(());
                }
                let kept = frame.take().filter(|frame| frame.has(position));
                let held = kept.map_or_else(|| self.frame_holding(position), Ok)?;
                page.push(self.stored(&held, position)?)?;
                frame = Some(held);
            }
        }
        // Asked only for what the register knows to be there, so an index that ends before it is cut short.
        if page.is_empty() {
            return Err(missing(format!("the index of compact {number}")));
        }
        Ok(())
    }

    fn frame_holding(&self, position: u64) -> Result<Frame, LogError> {
        Frames::holding(&self.db, position)?.next_frame()
    }

    fn stored(&self, frame: &Frame, position: u64) -> Result<Stored, LogError> {
        let gone = || missing(format!("position {position}"));
        let (number, seq, bytes) = frame.entry(position).ok_or_else(gone)?;
        let number = usize::try_from(number).unwrap_or(usize::MAX);
        Ok(Stored { position, compact: self.durable.name(number).ok_or_else(gone)?, seq, bytes: bytes.into() })
    }
}

/// Frames in the order of their positions.
pub(super) struct Frames(Iter);

impl Frames {
    /// Begins with the frame in which the position lies, if it is there at all.
    pub(super) fn holding(db: &Db, position: u64) -> Result<Self, LogError> {
        let before = layout::chunk_key(0, 0)..=layout::chunk_key(position, u16::MAX);
        let last = db.range(before).next_back().transpose()?;
        let last = last.and_then(|(key, _)| layout::read_chunk_key(&key));
        let first = last.map_or(position, |(first, _)| first);
        let from = layout::chunk_key(first, 0)..=layout::chunk_key(u64::MAX, u16::MAX);
        Ok(Self(db.range(from)))
    }

    /// The next frame, all its chunks joined; none is damage, as only what is durable is asked for.
    pub(super) fn next_frame(&mut self) -> Result<Frame, LogError> {
        let (first, 0, bytes) = self.next_chunk()? else {
            return Err(missing("a frame"));
        };
        let count = frame::chunk_count(&bytes).unwrap_or(0);
        let mut chunks = bytes;
        for wanted in 1..count {
            let (of, chunk, mut bytes) = self.next_chunk()?;
            if (of, chunk) != (first, wanted) {
                return Err(missing(format!("chunk {wanted} of position {first}")));
            }
            chunks.append(&mut bytes);
        }
        Frame::read(first, chunks)
            .map_err(|why| LogError::Corrupt { which: format!("position {first}"), why: why.into() })
    }

    fn next_chunk(&mut self) -> Result<(u64, u16, Vec<u8>), LogError> {
        let next = self.0.next().transpose()?;
        let (key, bytes) = next.ok_or_else(|| missing("the end of the record"))?;
        let (first, chunk) = layout::read_chunk_key(&key).ok_or_else(|| missing("the key of a frame"))?;
        Ok((first, chunk, bytes.to_vec()))
    }
}

/// Of a run of entries of one compact, the positions of those after the seq.
fn positions_after((key, value): &(IVec, IVec), seq: u64) -> Result<impl Iterator<Item = u64> + use<>, LogError> {
    let first = layout::read_run_key(key);
    let run = first.zip(layout::read_run(value));
    let (first, positions) = run.ok_or_else(|| missing("a part of the index"))?;
    let known = (seq + 1).saturating_sub(first.into());
    Ok(positions.into_iter().skip(usize::try_from(known).unwrap_or(usize::MAX)))
}
