//! Connections by hand: what no well-behaved client would send.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use tokio::time::Instant;

/// How long to wait for what must come.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A connection to a server.
pub struct Raw(pub TcpStream);

impl Raw {
    /// To `http://…`.
    pub fn open(address: &str) -> Self {
        let socket = TcpStream::connect(address.strip_prefix("http://").unwrap()).unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        Self(socket)
    }

    /// Sends these bytes; the other side may be gone.
    pub fn say(&mut self, bytes: &str) {
        drop(self.0.write_all(bytes.as_bytes()));
    }

    /// One answer with a known length: its head and its body.
    pub fn answer(&mut self) -> (String, String) {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            assert_eq!(self.0.read(&mut byte).unwrap(), 1, "closed after {:?}", String::from_utf8_lossy(&head));
            head.push(byte[0]);
        }
        let head = String::from_utf8(head).unwrap().to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap_or("0");
        let mut body = vec![0; length.parse().unwrap()];
        self.0.read_exact(&mut body).unwrap();
        (head, String::from_utf8(body).unwrap())
    }

    /// What still comes until the server closes the connection; fails where it does not.
    pub fn until_closed(&mut self) -> String {
        let mut rest = Vec::new();
        match self.0.read_to_end(&mut rest) {
            Ok(_) => {}
            Err(why) if why.kind() == ErrorKind::ConnectionReset => {}
            Err(why) => panic!("it stays open: {why}"),
        }
        String::from_utf8_lossy(&rest).into_owned()
    }

    /// Sends a byte now and then until the connection is closed; what was answered by then.
    pub fn trickle(&mut self, byte: &str) -> String {
        self.0.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
        let (began, mut said, mut buffer) = (Instant::now(), Vec::new(), [0; 1024]);
        while began.elapsed() < PATIENCE {
            self.say(byte);
            match self.0.read(&mut buffer) {
                Ok(0) => return String::from_utf8(said).unwrap(),
                Ok(read) => said.extend_from_slice(&buffer[..read]),
                Err(why) if [ErrorKind::WouldBlock, ErrorKind::TimedOut].contains(&why.kind()) => {}
                Err(_) => return String::from_utf8(said).unwrap(),
            }
        }
        panic!("a trickle keeps the connection open for {PATIENCE:?}");
    }
}

/// Waits for something to become so, and fails where it does not.
pub fn becomes(what: &str, mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < PATIENCE, "it does not come to this: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
