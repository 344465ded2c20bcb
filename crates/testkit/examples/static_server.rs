//! A server that gives every request the same answer, to measure the client against:
//! `cargo run --release -p seatflow-testkit --example static_server [ANSWERS]`.
//!
//! It prints its address, and `asked` when the first request is there. It ends when its standard input does, or after
//! so many answers.

use std::env;
use std::io::{Error, Read, stdin};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, oneshot};

const BODY: &str = r#"{"data":{"id":"DEV-000412","name":"WS-0412","hostId":"8CDCD4000412","status":"ACTIVE","licenses":[{"licenseKey":"AYXD-0001-0001-0001-0001-0001-0001-0001","quantity":1},{"licenseKey":"AYXI-0002-0002-0002-0002-0002-0002-0002","quantity":1}]},"msg":null}"#;

/// How many requests there were, and how many are answered.
struct Served {
    asked: AtomicU64,
    most: u64,
    all: Notify,
}

#[tokio::main]
#[expect(clippy::print_stdout, reason = "its address is what its user needs")]
async fn main() -> std::io::Result<()> {
    let most = env::args().nth(1).map_or(Ok(u64::MAX), |most| most.parse().map_err(Error::other))?;
    let served = Arc::new(Served { asked: AtomicU64::new(0), most, all: Notify::new() });
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    println!("http://{}", listener.local_addr()?);
    let accepted = async {
        let mut connections = tokio::task::JoinSet::new();
        while let Ok((stream, _)) = listener.accept().await {
            connections.spawn(answer(stream, Arc::clone(&served)));
        }
    };
    // A thread of its own, for which nobody waits: it may hang in the system when all answers are given.
    let (tell, ended) = oneshot::channel();
    thread::spawn(|| tell.send(stdin().read_to_end(&mut Vec::new())));
    tokio::select! {
        () = accepted => {}
        _ = ended => {}
        () = served.all.notified() => {}
    }
    Ok(())
}

/// Answers every request of a connection. Requests have no bodies here, so each ends with an empty line.
#[expect(clippy::print_stdout, reason = "its user waits for the first request")]
async fn answer(mut stream: TcpStream, served: Arc<Served>) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let length = BODY.len();
    let answer = format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{BODY}");
    let (mut buffer, mut held) = (vec![0; 16 * 1024], 0);
    loop {
        let read = stream.read(&mut buffer[held..]).await?;
        if read == 0 {
            return Ok(());
        }
        held += read;
        while let Some(end) = buffer[..held].windows(4).position(|four| four == b"\r\n\r\n") {
            buffer.copy_within(end + 4..held, 0);
            held -= end + 4;
            let asked = served.asked.fetch_add(1, Ordering::Relaxed);
            if asked == 0 {
                println!("asked");
            }
            if asked >= served.most {
                served.all.notify_one();
                return Ok(());
            }
            stream.write_all(answer.as_bytes()).await?;
        }
    }
}
