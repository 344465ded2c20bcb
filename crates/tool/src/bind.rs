//! From a node of a pipeline to work that can run.

use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;

use futures::future::BoxFuture;
use indexmap::IndexMap;
use seatflow_call::Settings;
use seatflow_catalog::Catalog;
use seatflow_spec::{Node, Output, Place, Problem, Reading, Slug, Spanned, help_for_unknown};

use crate::{ColumnUse, Columns, Context, Facts, ToolError};

/// A connection of the pipeline, checked and ready to be opened.
#[derive(Clone, Debug)]
pub struct BoundConnection {
    /// Its name in the pipeline.
    pub name: String,
    /// Where it stands.
    pub place: Place,
    /// What the remote system offers.
    pub catalog: Arc<Catalog>,
    /// Whether it can authorize by itself: it says how, or the system asks for nothing.
    pub can_authorize: bool,
    /// The most columns that one answer may have.
    pub max_columns: usize,
    /// How to reach it.
    pub settings: Settings,
}

/// What is wired into a node's A.
#[derive(Clone, Debug)]
pub enum Authority {
    /// The A output of another node, on this connection; `None` if that node has problems.
    Node(Option<Arc<BoundConnection>>),
    /// Records whose first one carries the authorization.
    Records(Columns),
}

/// What a tool sees of its node, and where it reports problems.
pub struct Binding<'a, 'r> {
    /// The node as it is written.
    pub node: &'a Node,
    /// What is wired into A.
    pub a: Option<Authority>,
    /// The columns of D, if it is wired.
    pub d: Option<Columns>,
    /// The output anchors that are wired somewhere.
    pub wired: &'a [Output],
    /// The connections of the pipeline; `None` where one has problems of its own.
    pub connections: &'a IndexMap<String, Option<Arc<BoundConnection>>>,
    /// What was read of the world.
    pub facts: &'a Facts,
    /// Where problems go, and what `${..}` stands for.
    pub reading: &'a mut Reading<'r>,
}

/// The work of a node at run time. It ends when its inputs do; when the run fails it is dropped at
/// the next point where it waits, unless it [writes](Bound::writes).
pub trait Task: Send {
    /// Does the work.
    ///
    /// # Errors
    /// A failure ends the run.
    fn run(self: Box<Self>, context: Context) -> BoxFuture<'static, Result<(), ToolError>>;
}

impl<F, W> Task for F
where
    F: FnOnce(Context) -> W + Send,
    W: Future<Output = Result<(), ToolError>> + Send + 'static,
{
    fn run(self: Box<Self>, context: Context) -> BoxFuture<'static, Result<(), ToolError>> {
        Box::pin((*self)(context))
    }
}

/// A node that can run.
pub struct Bound {
    /// Its work.
    pub task: Box<dyn Task>,
    /// The columns of S.
    pub s: Columns,
    /// The columns of F.
    pub f: Columns,
    /// The columns of L.
    pub l: Columns,
    /// The connection that its A output stands for.
    pub authority: Option<Arc<BoundConnection>>,
    /// Whether records may leave on its F. As its settings are, there may be none, though its tool has an F.
    pub fails: bool,
    /// The files that it will write.
    pub files: Vec<Spanned<PathBuf>>,
    /// The endpoint that it calls, as its catalog names it.
    pub endpoint: Option<String>,
    /// Whether its calls change a remote system. When the run fails elsewhere, it is not dropped then, but asked by
    /// [`Run::stop`](crate::Run::stop) to come to its end.
    pub writes: bool,
}

impl Bound {
    /// A node with this work, whose columns only the run can tell.
    pub fn new(task: impl Task + 'static) -> Self {
        let task = Box::new(task);
        let unknown = Columns::Unknown;
        let (s, f, l) = (unknown.clone(), unknown.clone(), unknown);
        Self { task, s, f, l, authority: None, fails: true, files: Vec::new(), endpoint: None, writes: false }
    }

    /// Says the columns of S and F.
    #[must_use]
    pub fn columns(mut self, s: Columns, f: Columns) -> Self {
        self.s = s;
        self.f = f;
        self
    }
}

impl Binding<'_, '_> {
    /// Reports a problem, or a warning.
    pub fn report(&mut self, problem: Problem) {
        self.reading.problem(problem);
    }

    /// Reports a column that cannot be on D.
    pub fn check_column(&mut self, name: &str, place: &Place) {
        let problem = self.d.as_ref().and_then(|columns| columns.check(ColumnUse { name, place }));
        if let Some(problem) = problem {
            self.report(problem);
        }
    }

    /// The connection of that name; one that is not there is reported, and one that has problems
    /// of its own is `None` without a further word.
    pub fn connection(&mut self, name: &Spanned<String>) -> Option<Arc<BoundConnection>> {
        if let Some(found) = self.connections.get(&name.value) {
            return found.clone();
        }
        let mut problem = Problem::new(Slug::UNKNOWN_CONNECTION, format!("there is no connection `{}`", name.value))
            .at(&name.place, "not one of the pipeline's `connections`");
        let help = help_for_unknown(&name.value, self.connections.keys().map(String::as_str));
        problem.help = help.or_else(|| Some(format!("add it: `connections: {{ {}: {{ catalog: .. }} }}`", name.value)));
        self.report(problem);
        None
    }
}
