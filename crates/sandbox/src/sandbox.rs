//! A sandbox that runs.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::world::World;
use crate::{Clock, Error, Fault, FaultState, ReceivedRequest, Settings, UnknownEndpoint, server};

/// A sandbox that runs. It ends, and its connections with it, when it is stopped or dropped.
#[derive(Debug)]
pub struct Sandbox {
    address: SocketAddr,
    world: Arc<World>,
    server: JoinSet<Infallible>,
}

impl Sandbox {
    /// Starts a sandbox on the runtime of the caller.
    ///
    /// # Errors
    /// The address is taken, the database is open elsewhere or cannot be used, or a fault is for an endpoint that there is not.
    pub async fn start(settings: Settings) -> Result<Self, Error> {
        let unable = |source| Error::Listen { address: settings.listen, source };
        let world = Arc::new(World::new(&settings)?);
        let listener = TcpListener::bind(settings.listen).await.map_err(unable)?;
        let address = listener.local_addr().map_err(unable)?;
        let mut server = JoinSet::new();
        server.spawn(server::serve(listener, Arc::clone(&world)));
        Ok(Self { address, world, server })
    }

    /// The address that it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its clock.
    pub fn clock(&self) -> Clock {
        self.world.clock.clone()
    }

    /// The hosts that it plays, such as `alteryx.sandbox.test`. None of them resolves: a client connects to
    /// [`Self::address`] and sends the host.
    pub fn origins(&self) -> Vec<String> {
        self.world.hosts()
    }

    /// The environment variables that the example pipelines use, with the values that lead them here.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        self.world.environment()
    }

    /// Every request received since the start or since the log was cleared, in order.
    pub fn requests(&self) -> Vec<ReceivedRequest> {
        self.world.received()
    }

    /// The faults and what is left of them, in the order in which they were added.
    pub fn faults(&self) -> Vec<FaultState> {
        self.world.faults.list()
    }

    /// Arms faults behind those that there are; all of them or none.
    ///
    /// # Errors
    /// A fault is for an endpoint that there is not.
    pub fn add_faults(&self, faults: Vec<Fault>) -> Result<(), UnknownEndpoint> {
        self.world.faults.add(faults)
    }

    /// Lets go the requests that a fault with `hold` holds at this moment. One that is in [`Self::requests`] before the
    /// call is among them.
    pub fn release(&self) {
        self.world.release.notify_waiters();
    }

    /// Ends the server and waits until its connections are closed and its database is free.
    ///
    /// # Cancellation
    /// Dropped before it is done, the sandbox still ends.
    pub async fn stop(mut self) {
        self.server.shutdown().await;
    }
}
