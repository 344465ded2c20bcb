//! The fake tools, and what they show to the test that plays them.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Float64Array, Int64Array, StringArray};
use arrow::buffer::{Buffer, OffsetBuffer};
use arrow::compute::{filter_record_batch, not};
use arrow::datatypes::{DataType, Field, Int64Type, Schema};
use arrow::record_batch::RecordBatch;
use bytes::Bytes;
use schemars::JsonSchema;
use seatflow_spec::{FromTree, Output, Place, Reading, Source, Spanned, Tree};
use seatflow_tool::{
    Authorization, Binding, Bound, Card, Context, Count, Effects, Entry, Failing, Inputs, Outputs, Presence, Tool,
    ToolError, mark_final, mark_secret,
};
use tokio::sync::Semaphore;

/// What a fake tool shows while it works, and the gate where it waits.
#[derive(Debug)]
pub(crate) struct Gauge {
    /// Batches that were sent, one by one.
    pub(crate) sent: AtomicUsize,
    /// Batches that were made and are still in memory, and the most that there were.
    pub(crate) alive: AtomicUsize,
    pub(crate) most_alive: AtomicUsize,
    /// Whether the work has ended, one way or the other.
    pub(crate) ended: AtomicBool,
    /// What came.
    pub(crate) seen: Mutex<Vec<RecordBatch>>,
    gate: Semaphore,
}

impl Gauge {
    pub(crate) fn count(number: &AtomicUsize) -> usize {
        number.load(Ordering::SeqCst)
    }

    /// Lets who waits at the gate go on.
    pub(crate) fn open(&self) {
        self.gate.add_permits(1);
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.ended.load(Ordering::SeqCst)
    }

    /// The numbers that came in the column `n`, in order.
    pub(crate) fn numbers(&self) -> Vec<i64> {
        let seen = self.seen.lock().unwrap();
        let columns = seen.iter().map(|batch| batch.column_by_name("n").unwrap().as_primitive::<Int64Type>());
        columns.flat_map(|column| column.values().to_vec()).collect()
    }
}

thread_local! {
    static GAUGES: RefCell<HashMap<String, Arc<Gauge>>> = RefCell::default();
}

/// The gauge of that name, which a pipeline's `gauge: NAME` means too.
pub(crate) fn gauge(name: &str) -> Arc<Gauge> {
    let new = || {
        Arc::new(Gauge {
            sent: AtomicUsize::new(0),
            alive: AtomicUsize::new(0),
            most_alive: AtomicUsize::new(0),
            ended: AtomicBool::new(false),
            seen: Mutex::default(),
            gate: Semaphore::new(0),
        })
    };
    GAUGES.with_borrow_mut(|gauges| Arc::clone(gauges.entry(name.to_owned()).or_insert_with(new)))
}

/// Bytes that are counted as long as a batch holds them.
struct Counted(Arc<Gauge>, Vec<u8>);

impl Counted {
    fn new(gauge: &Arc<Gauge>, bytes: Vec<u8>) -> Self {
        let alive = gauge.alive.fetch_add(1, Ordering::SeqCst) + 1;
        gauge.most_alive.fetch_max(alive, Ordering::SeqCst);
        Self(Arc::clone(gauge), bytes)
    }
}

impl AsRef<[u8]> for Counted {
    fn as_ref(&self) -> &[u8] {
        &self.1
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.alive.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Tells the gauge of the end of a work.
struct Ended(Arc<Gauge>);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.ended.store(true, Ordering::SeqCst);
    }
}

/// The settings of every fake tool.
#[derive(Clone, Debug, JsonSchema)]
pub(crate) struct Part {
    #[schemars(skip)]
    gauge: Option<Arc<Gauge>>,
    /// How many batches, of one record each.
    count: i64,
    /// The first number.
    from: i64,
    /// The type of the column `n`.
    of: Option<String>,
    /// A column that stands beside, or a path.
    with: Option<String>,
    /// Whether the schema is announced as the last one.
    is_final: bool,
}

impl FromTree for Part {
    fn from_tree(tree: &Tree, reading: &mut Reading<'_>) -> Option<Self> {
        let mut map = reading.map(tree)?;
        let name: Option<String> = map.optional("gauge");
        let part = Self {
            gauge: name.as_deref().map(gauge),
            count: map.optional_or("count", 0),
            from: map.optional_or("from", 0),
            of: map.optional("of"),
            with: map.optional("with"),
            is_final: map.optional_or("final", false),
        };
        map.finish();
        Some(part)
    }
}

impl Part {
    fn gauge(&self) -> Arc<Gauge> {
        self.gauge.clone().unwrap_or_else(|| gauge(""))
    }

    /// One record with a number.
    fn batch(&self, number: i64) -> RecordBatch {
        let text = number.to_string();
        let numbers: ArrayRef = match self.of.as_deref() {
            None => Arc::new(Int64Array::from(vec![number])),
            #[expect(clippy::cast_precision_loss, reason = "the numbers of tests are small")]
            Some("float") => Arc::new(Float64Array::from(vec![number as f64 + 0.5])),
            Some(_) => Arc::new(StringArray::from(vec![text.as_str()])),
        };
        let mut field = Field::new("n", numbers.data_type().clone(), true);
        if self.of.as_deref() == Some("secret") {
            field = mark_secret(field);
        }
        let offsets = OffsetBuffer::from_lengths([text.len()]);
        let bytes = Bytes::from_owner(Counted::new(&self.gauge(), text.into_bytes()));
        let ballast: ArrayRef = Arc::new(StringArray::new(offsets, Buffer::from(bytes), None));
        let beside = self.with.as_deref().unwrap_or("ballast");
        let schema = Schema::new(vec![field, Field::new(beside, DataType::Utf8, true)]);
        let schema = if self.is_final { mark_final(schema) } else { Arc::new(schema) };
        RecordBatch::try_new(schema, vec![numbers, ballast]).unwrap()
    }
}

const fn card(name: &'static str, a: Presence, d: Presence, outputs: Outputs) -> Card {
    Card { name, summary: "", page: "", inputs: Inputs { a, d }, outputs, effects: Effects::None }
}

const NOTHING: Outputs = Outputs { a: false, s: false, f: None, l: false };
const S: Outputs = Outputs { s: true, ..NOTHING };
const S_AND_F: Outputs = Outputs { f: Some(Failing::Failed), ..S };

macro_rules! fake {
    ($tool:ident, $name:literal, $a:ident, $d:ident, $outputs:ident, $work:path) => {
        #[doc = concat!("`", $name, "`")]
        pub(crate) struct $tool;

        impl Tool for $tool {
            type Config = Part;

            const CARD: Card = card($name, Presence::$a, Presence::$d, $outputs);

            fn bind(part: Part, _: &mut Binding<'_, '_>) -> Option<Bound> {
                let files = part.with.clone().filter(|_| $name == "write");
                let mut bound = Bound::new(move |context: Context| $work(part, context));
                bound.files = files.map(|path| Spanned::new(PathBuf::from(path), nowhere())).into_iter().collect();
                Some(bound)
            }
        }
    };
}

fake!(Numbers, "numbers", Absent, Absent, S, numbers);
fake!(Collect, "collect", Absent, Required, NOTHING, collect);
fake!(Pass, "pass", Absent, Required, S, pass);
fake!(Split, "split", Absent, Required, S_AND_F, split);
fake!(Last, "last", Absent, Required, S, last);
fake!(Ask, "ask", Required, Required, NOTHING, ask);
fake!(Fail, "fail", Absent, Required, S, fail);
fake!(Panic, "panic", Absent, Required, S, panic);
fake!(Complain, "complain", Absent, Required, S, complain);
fake!(Forever, "forever", Absent, Absent, S, forever);
fake!(Forget, "forget", Absent, Required, S, forget);
fake!(Write, "write", Absent, Absent, NOTHING, write);

/// `change`
pub(crate) struct Change;

impl Tool for Change {
    type Config = Part;

    const CARD: Card =
        Card { effects: Effects::Calls, ..card("change", Presence::Absent, Presence::Required, S_AND_F) };

    fn bind(part: Part, _: &mut Binding<'_, '_>) -> Option<Bound> {
        let writes = part.with.as_deref() != Some("nothing");
        let mut bound = Bound::new(move |context: Context| change(part, context));
        bound.writes = writes;
        Some(bound)
    }
}

pub(crate) const TOOLS: &[Entry] = &[
    Entry::of::<Numbers>(),
    Entry::of::<Collect>(),
    Entry::of::<Pass>(),
    Entry::of::<Split>(),
    Entry::of::<Last>(),
    Entry::of::<Ask>(),
    Entry::of::<Fail>(),
    Entry::of::<Panic>(),
    Entry::of::<Complain>(),
    Entry::of::<Forever>(),
    Entry::of::<Forget>(),
    Entry::of::<Write>(),
    Entry::of::<Change>(),
];

fn nowhere() -> Place {
    Tree::parse(&Source::new("nowhere", "x")).unwrap().place
}

/// Sends `count` batches.
async fn numbers(part: Part, context: Context) -> Result<(), ToolError> {
    let gauge = part.gauge();
    for number in part.from..part.from + part.count {
        context.tally.add(Count::In, 1);
        context.tally.add(Count::Succeeded, 1);
        context.output.send(Output::S, part.batch(number)).await?;
        gauge.sent.fetch_add(1, Ordering::SeqCst);
    }
    Ok(())
}

/// Keeps what comes; with a `count`, it waits at the gate before it reads.
async fn collect(part: Part, context: Context) -> Result<(), ToolError> {
    let gauge = part.gauge();
    if part.count > 0 {
        gauge.gate.acquire().await.unwrap().forget();
    }
    let mut records = context.records.unwrap();
    while let Some(batch) = records.recv().await? {
        context.tally.add(Count::Succeeded, batch.num_rows());
        gauge.seen.lock().unwrap().push(batch);
    }
    Ok(())
}

/// Hands on what comes.
async fn pass(_: Part, context: Context) -> Result<(), ToolError> {
    let mut records = context.records.unwrap();
    while let Some(batch) = records.recv().await? {
        context.tally.add(Count::Succeeded, batch.num_rows());
        context.output.send(Output::S, batch).await?;
    }
    Ok(())
}

/// Even numbers succeed, odd ones fail.
async fn split(_: Part, context: Context) -> Result<(), ToolError> {
    let mut records = context.records.unwrap();
    while let Some(batch) = records.recv().await? {
        // The second column has the number as text, whatever the first one is.
        let is_even = |text: Option<&str>| text.map(|text| text.parse::<i64>().unwrap() % 2 == 0);
        let even: BooleanArray = batch.column(1).as_string::<i32>().iter().map(is_even).collect();
        context.tally.add(Count::Succeeded, even.true_count());
        context.tally.add(Count::Failed, even.false_count());
        context.output.send(Output::S, filter_record_batch(&batch, &even)?).await?;
        context.output.send(Output::F, filter_record_batch(&batch, &not(&even)?)?).await?;
    }
    Ok(())
}

/// Reads to the end, and only then sends one record.
async fn last(part: Part, context: Context) -> Result<(), ToolError> {
    let mut records = context.records.unwrap();
    while let Some(batch) = records.recv().await? {
        context.tally.add(Count::Succeeded, batch.num_rows());
    }
    context.output.send(Output::S, part.batch(part.from)).await
}

/// Waits for the first record on A, then keeps what comes on D.
async fn ask(part: Part, context: Context) -> Result<(), ToolError> {
    let Authorization::Records(mut a) = context.authorization else { panic!("A is wired to records") };
    assert!(a.recv().await?.is_some());
    drop(a);
    let mut records = context.records.unwrap();
    while let Some(batch) = records.recv().await? {
        context.tally.add(Count::Succeeded, batch.num_rows());
        part.gauge().seen.lock().unwrap().push(batch);
    }
    Ok(())
}

/// Fails after `count` batches: it lets go of everything first, and takes its time.
async fn fail(part: Part, mut context: Context) -> Result<(), ToolError> {
    for _ in 0..part.count {
        let batch = context.records.as_mut().unwrap().recv().await?.unwrap();
        context.output.send(Output::S, batch).await?;
    }
    drop(context);
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    Err(ToolError::remote("the cause"))
}

/// Panics after `count` batches.
async fn panic(part: Part, context: Context) -> Result<(), ToolError> {
    let mut records = context.records.unwrap();
    for _ in 0..part.count {
        context.output.send(Output::S, records.recv().await?.unwrap()).await?;
    }
    panic!("so many records are enough");
}

/// Fails at the end of its records.
async fn complain(_: Part, context: Context) -> Result<(), ToolError> {
    let mut records = context.records.unwrap();
    while let Some(batch) = records.recv().await? {
        context.tally.add(Count::Succeeded, batch.num_rows());
    }
    Err(ToolError::pipeline("too little came"))
}

/// Never ends by itself.
async fn forever(part: Part, _context: Context) -> Result<(), ToolError> {
    let _ended = Ended(part.gauge());
    std::future::pending().await
}

/// Reads everything and accounts for nothing.
async fn forget(_: Part, context: Context) -> Result<(), ToolError> {
    let mut records = context.records.unwrap();
    while records.recv().await?.is_some() {}
    Ok(())
}

/// Writes a file.
async fn write(part: Part, context: Context) -> Result<(), ToolError> {
    let file = context.run.files.take(part.with.unwrap().as_ref())?;
    file.file().write_all(b"whole").unwrap();
    context.run.files.finish(file)?;
    part.gauge.unwrap().ended.store(true, Ordering::SeqCst);
    Ok(())
}

/// Changes something for even numbers, and does not know for odd ones. Before the number `count` it waits: at the gate of
/// its gauge, or else until the run is to end.
async fn change(part: Part, context: Context) -> Result<(), ToolError> {
    let Context { records, output, tally, run, .. } = context;
    let mut records = records.unwrap();
    while let Some(batch) = records.recv().await? {
        let number = batch.column(0).as_primitive::<Int64Type>().value(0);
        if number == part.count {
            match &part.gauge {
                Some(gauge) => gauge.gate.acquire().await.unwrap().forget(),
                None => run.stop.cancelled().await,
            }
        }
        if number % 2 == 0 {
            tally.add(Count::Succeeded, 1);
            output.send(Output::S, batch).await?;
        } else {
            tally.add(Count::Failed, 1);
            let why: ArrayRef = Arc::new(StringArray::from(vec!["in-doubt"]));
            let fields = [Arc::new(Field::new("error.kind", DataType::Utf8, true))];
            let fields: Vec<_> = fields.into_iter().chain(batch.schema().fields().iter().map(Arc::clone)).collect();
            let columns = [why].into_iter().chain(batch.columns().iter().map(Arc::clone)).collect();
            output.send(Output::F, RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?).await?;
        }
    }
    Ok(())
}
