//! The answer to an append, which comes once the entry is durable.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::sync::oneshot;

use super::LogError;

/// Resolves to the position of an appended entry once it is durable, or to why it was not recorded.
#[derive(Debug)]
#[must_use = "an entry is recorded only when its receipt says so"]
pub struct Receipt(State);

#[derive(Debug)]
enum State {
    Settled(Result<u64, LogError>),
    Awaited(oneshot::Receiver<Result<u64, LogError>>),
}

impl Receipt {
    /// A receipt whose answer is known already.
    pub fn settled(answer: Result<u64, LogError>) -> Self {
        Self(State::Settled(answer))
    }

    /// A receipt and the place where its answer is to be put. Dropping that place answers [`LogError::Closed`].
    pub fn awaited() -> (oneshot::Sender<Result<u64, LogError>>, Self) {
        let (answer, receiver) = oneshot::channel();
        (answer, Self(State::Awaited(receiver)))
    }
}

impl Future for Receipt {
    type Output = Result<u64, LogError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.0 {
            State::Settled(answer) => Poll::Ready(answer.clone()),
            State::Awaited(answer) => Pin::new(answer).poll(context).map(|told| told.unwrap_or(Err(LogError::Closed))),
        }
    }
}
