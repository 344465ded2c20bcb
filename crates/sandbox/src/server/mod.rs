//! The server: connections on one port, each request to its system.

mod admin;
mod body;
mod broken;
mod handle;
mod wire;

use std::convert::Infallible;
use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::world::World;
use broken::Broken;
use handle::handle;
use wire::{Foreword, Wire};

/// How long the server waits when it cannot accept a connection, for want of file handles for example.
const ACCEPT_AGAIN: Duration = Duration::from_millis(50);

/// Serves connections until it is dropped; they end with it.
pub(crate) async fn serve(listener: TcpListener, world: Arc<World>) -> Infallible {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(serve_connection(stream, Arc::clone(&world)));
                }
                Err(error) => {
                    tracing::warn!(%error, "the sandbox cannot accept a connection");
                    tokio::time::sleep(ACCEPT_AGAIN).await;
                }
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn serve_connection(stream: TcpStream, world: Arc<World>) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection without TCP_NODELAY");
    }
    let foreword = Foreword::default();
    let wire = Wire::new(stream, foreword.clone());
    let service = service_fn(move |request| {
        let (world, foreword) = (Arc::clone(&world), foreword.clone());
        async move { handle(&world, &foreword, request).await }
    });
    let mut connection = http1::Builder::new()
        // Who hangs up does not take back a request that has arrived.
        .half_close(true)
        .pipeline_flush(true)
        .auto_date_header(false)
        .serve_connection(TokioIo::new(wire), service);
    if let Err(error) = (&mut connection).await {
        if error.source().and_then(|source| source.downcast_ref()) == Some(&Broken::Reset) {
            // With zero linger the connection ends in a reset when it is dropped.
            let stream = connection.into_parts().io.into_inner().into_stream();
            if let Err(error) = stream.set_zero_linger() {
                tracing::debug!(%error, "a connection that was to be reset is closed");
            }
        } else {
            tracing::debug!(%error, "a connection ended");
        }
    }
}
