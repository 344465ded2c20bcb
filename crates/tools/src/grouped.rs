//! Records brought together by a key, wherever they stand in the input.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{UInt32Array, UInt64Array};
use arrow::compute::{concat_batches, take_record_batch};
use arrow::datatypes::{Schema, SchemaRef};
use arrow::record_batch::RecordBatch;
use seatflow_flatten::ladder;
use seatflow_tool::{Run, Shelf, Shelved, ToolError};

use crate::keys::{ByDigest, Keys};
use crate::waiting::NamedColumns;

/// The records on D in groups: those that are equal in some columns, in the order of the input,
/// the groups in the order of their first records.
///
/// The last record may belong to the first group, so all of them wait on disk until it is there;
/// in memory are eight bytes of each, and some more of each group and of each batch that waits.
pub(crate) struct Grouped {
    records: NamedColumns,
    run: Arc<Run>,
    keys: Keys,
    state: State,
}

/// So many records, and so many bytes of them, are read at once: where groups are scattered, each
/// reading goes over the whole file.
const AT_ONCE: usize = 65_536;
const BYTES_AT_ONCE: u64 = 16 * 1024 * 1024;

/// No group has more records: all of them are in memory at once, and in one call.
const MOST: u32 = 65_536;

/// Groups that follow each other.
#[derive(Debug)]
pub(crate) struct Groups {
    /// Their records.
    pub(crate) batch: RecordBatch,
    /// The numbers that the records have in the input, from 0.
    pub(crate) numbers: Vec<u64>,
    /// Where each group ends.
    pub(crate) ends: Vec<usize>,
}

enum State {
    New,
    Gathering(Gathering),
    Giving(Giving),
    Over,
}

/// The records that have come, and where.
struct Waiting {
    shelf: Shelf,
    /// The batches, each with the number of its first record.
    batches: Vec<(u64, Shelved)>,
    schema: SchemaRef,
}

struct Gathering {
    waiting: Waiting,
    /// The number of each key's group.
    known: HashMap<u128, u32, ByDigest>,
    /// The group of each record.
    group_of: Vec<u32>,
}

struct Giving {
    waiting: Waiting,
    /// The numbers of the records, group by group.
    order: Vec<u32>,
    /// Where each group ends in the order.
    ends: Vec<u32>,
    /// The groups and the records that have been given.
    groups: usize,
    records: usize,
    /// The batch that was read last.
    latest: Option<(usize, RecordBatch)>,
}

/// Where a record stands, and where it is wanted.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Wanted {
    batch: usize,
    row: u64,
    place: usize,
}

impl Grouped {
    /// Records in groups that are equal in these columns.
    pub(crate) fn new(records: NamedColumns, by: Vec<String>, run: Arc<Run>) -> Self {
        Self { records, run, keys: Keys::new(Some(by)), state: State::New }
    }

    /// The next groups; `None` at the end.
    ///
    /// # Errors
    /// A group that is too large, before any is given; and what [`NamedColumns::recv`] and the disk
    /// fail with.
    ///
    /// # Cancellation
    /// Nothing is lost if the future is dropped.
    pub(crate) async fn recv(&mut self) -> Result<Option<Groups>, ToolError> {
        while matches!(self.state, State::New | State::Gathering(_)) {
            match self.records.recv().await? {
                Some(batch) => self.gather(&batch)?,
                None => {
                    self.state = match std::mem::replace(&mut self.state, State::Over) {
                        State::Gathering(gathering) => State::Giving(gathering.sorted()?),
                        _ => State::Over,
                    }
                }
            }
        }
        match &mut self.state {
            State::Giving(giving) => giving.next(giving.at_once()),
            _ => Ok(None),
        }
    }

    fn gather(&mut self, batch: &RecordBatch) -> Result<(), ToolError> {
        let keys = self.keys.of(batch)?;
        if let State::New = self.state {
            self.state = State::Gathering(Gathering::new(&self.run.folder)?);
        }
        match &mut self.state {
            State::Gathering(gathering) => gathering.add(batch, keys),
            _ => Err(ToolError::bug("records came after the last of them")),
        }
    }
}

impl Gathering {
    fn new(folder: &Path) -> Result<Self, ToolError> {
        let (shelf, schema) = (Shelf::create(folder)?, Arc::new(Schema::empty()));
        let waiting = Waiting { shelf, batches: Vec::new(), schema };
        Ok(Self { waiting, known: HashMap::default(), group_of: Vec::new() })
    }

    fn add(&mut self, batch: &RecordBatch, keys: Vec<u128>) -> Result<(), ToolError> {
        let Waiting { shelf, batches, schema } = &mut self.waiting;
        *schema = ladder::widen(schema, batch.schema_ref())
            .map_err(|conflict| ToolError::pipeline(conflict.to_string()).from_source(conflict))?;
        let first = self.group_of.len() as u64;
        if u32::try_from(first + batch.num_rows() as u64).is_err() {
            return Err(ToolError::pipeline("more than 4,294,967,295 records cannot be grouped")
                .help("split the input, so that the records of each group stay together"));
        }
        batches.push((first, shelf.put(batch)?));
        for key in keys {
            let next = self.known.len();
            // There are no more groups than records.
            let next = u32::try_from(next).unwrap_or(u32::MAX);
            self.group_of.push(*self.known.entry(key).or_insert(next));
        }
        Ok(())
    }

    /// Puts the records of each group together, without changing their order.
    fn sorted(self) -> Result<Giving, ToolError> {
        let mut ends = vec![0_u32; self.known.len()];
        for group in &self.group_of {
            ends[*group as usize] += 1;
        }
        if let Some(records) = ends.iter().find(|records| **records > MOST) {
            return Err(ToolError::pipeline(format!(
                "a group has {records} records, more than the {MOST} of one call"
            ))
            .help("name more columns in `group_by`, so that the groups are smaller"));
        }
        let mut places = Vec::with_capacity(ends.len());
        let mut sum = 0;
        for end in &mut ends {
            places.push(sum);
            sum += *end;
            *end = sum;
        }
        let mut order = vec![0; self.group_of.len()];
        for (record, group) in (0..).zip(&self.group_of) {
            let place = &mut places[*group as usize];
            order[*place as usize] = record;
            *place += 1;
        }
        Ok(Giving { waiting: self.waiting, order, ends, groups: 0, records: 0, latest: None })
    }
}

impl Giving {
    /// How many records of the usual size are read at once.
    fn at_once(&self) -> usize {
        let size = self.waiting.shelf.bytes() / (self.order.len() as u64).max(1);
        usize::try_from(BYTES_AT_ONCE / size.max(1)).map_or(AT_ONCE, |fitting| fitting.clamp(1, AT_ONCE))
    }

    fn next(&mut self, rows: usize) -> Result<Option<Groups>, ToolError> {
        let (first, start) = (self.groups, self.records);
        while self.groups < self.ends.len() && self.records - start < rows {
            self.records = self.ends[self.groups] as usize;
            self.groups += 1;
        }
        if self.records == start {
            return Ok(None);
        }
        let ends = self.ends[first..self.groups].iter().map(|end| *end as usize - start).collect();
        let numbers: Vec<u64> = self.order[start..self.records].iter().map(|record| u64::from(*record)).collect();
        let batch = self.read(&numbers)?;
        Ok(Some(Groups { batch, numbers, ends }))
    }

    /// The records of these numbers, in this order.
    fn read(&mut self, numbers: &[u64]) -> Result<RecordBatch, ToolError> {
        // Each batch is read once, however its records are scattered.
        let mut sorted: Vec<Wanted> = (0..).zip(numbers).map(|(place, number)| self.find(*number, place)).collect();
        sorted.sort_unstable();
        let mut pieces = Vec::new();
        for same in sorted.chunk_by(|one, other| one.batch == other.batch) {
            let rows = UInt64Array::from_iter_values(same.iter().map(|wanted| wanted.row));
            pieces.push(take_record_batch(self.load(same[0].batch)?, &rows)?);
        }
        let together = concat_batches(&self.waiting.schema, &pieces)?;
        if numbers.is_sorted() {
            return Ok(together);
        }
        let mut back = vec![0_u32; sorted.len()];
        for (here, wanted) in (0..).zip(&sorted) {
            back[wanted.place] = here;
        }
        Ok(take_record_batch(&together, &UInt32Array::from(back))?)
    }

    /// Where the record of this number stands.
    fn find(&self, number: u64, place: usize) -> Wanted {
        let batch = self.waiting.batches.partition_point(|(first, _)| *first <= number) - 1;
        Wanted { batch, row: number - self.waiting.batches[batch].0, place }
    }

    fn load(&mut self, place: usize) -> Result<&RecordBatch, ToolError> {
        let (_, batch) = match self.latest.take() {
            Some(latest) if latest.0 == place => self.latest.insert(latest),
            _ => {
                let batch = self.waiting.shelf.get(self.waiting.batches[place].1)?;
                let batch = ladder::conform(&batch, &self.waiting.schema)
                    .map_err(|conflict| ToolError::bug("a batch that waited does not fit").from_source(conflict))?;
                self.latest.insert((place, batch))
            }
        };
        Ok(batch)
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::{ArrayRef, AsArray, Int64Array, StringArray};
    use arrow::datatypes::Int64Type;
    use proptest::prelude::*;

    use super::*;

    fn gather(batches: &[RecordBatch]) -> Giving {
        let folder = tempfile::tempdir().unwrap();
        let mut gathering = Gathering::new(folder.path()).unwrap();
        let keys = Keys::new(Some(vec!["key".to_owned()]));
        for batch in batches {
            gathering.add(batch, keys.of(batch).unwrap()).unwrap();
        }
        gathering.sorted().unwrap()
    }

    fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
        RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, array)| (name, array, true))).unwrap()
    }

    fn integers(values: impl IntoIterator<Item = i64>) -> ArrayRef {
        Arc::new(Int64Array::from_iter_values(values))
    }

    #[test]
    fn a_column_that_widens_brings_the_same_records_together() {
        let text: ArrayRef = Arc::new(StringArray::from(vec![Some("7"), Some("x"), None]));
        let later = batch(vec![("key", text), ("more", integers([1, 2, 3]))]);
        let mut giving = gather(&[batch(vec![("key", integers([7, 8]))]), later]);
        let groups = giving.next(10).unwrap().unwrap();
        assert_eq!((groups.numbers, groups.ends), (vec![0, 2, 1, 3, 4], vec![2, 3, 4, 5]));
        let keys: Vec<_> = groups.batch.column(0).as_string::<i32>().iter().collect();
        assert_eq!(keys, [Some("7"), Some("7"), Some("8"), Some("x"), None]);
        let more: Vec<_> = groups.batch.column(1).as_primitive::<Int64Type>().iter().collect();
        assert_eq!(more, [None, Some(1), None, Some(2), Some(3)]);
        assert!(giving.next(10).unwrap().is_none());
    }

    #[test]
    fn a_group_that_no_call_can_carry_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let mut gathering = Gathering::new(folder.path()).unwrap();
        let rows = MOST as usize + 1;
        gathering.add(&batch(vec![("key", integers(vec![1; rows]))]), vec![1; rows]).unwrap();
        let refused = gathering.sorted().err().unwrap();
        assert_eq!(refused.to_string(), "a group has 65537 records, more than the 65536 of one call");
    }

    proptest! {
        #[test]
        fn every_record_is_in_its_group_once_and_in_order(
            keys in prop::collection::vec(0_i64..6, 1..60),
            at_once in 1_usize..20,
            rows in 1_usize..20,
        ) {
            let numbered: Vec<(i64, i64)> = keys.iter().copied().zip(0..).collect();
            let batches: Vec<RecordBatch> = numbered
                .chunks(at_once)
                .map(|some| {
                    let key = integers(some.iter().map(|(key, _)| *key));
                    batch(vec![("key", key), ("number", integers(some.iter().map(|(_, number)| *number)))])
                })
                .collect();
            let mut giving = gather(&batches);
            let mut given: Vec<Vec<(i64, i64)>> = Vec::new();
            while let Some(groups) = giving.next(rows).unwrap() {
                let columns = [0, 1].map(|column| groups.batch.column(column).as_primitive::<Int64Type>().values());
                let records: Vec<(i64, i64)> = columns[0].iter().copied().zip(columns[1].iter().copied()).collect();
                let numbers: Vec<u64> = records.iter().map(|(_, number)| u64::try_from(*number).unwrap()).collect();
                prop_assert_eq!(numbers, groups.numbers);
                let mut start = 0;
                for end in groups.ends {
                    given.push(records[start..end].to_vec());
                    start = end;
                }
            }
            let mut expected: Vec<Vec<(i64, i64)>> = Vec::new();
            for record in numbered {
                match expected.iter_mut().find(|group| group[0].0 == record.0) {
                    Some(group) => group.push(record),
                    None => expected.push(vec![record]),
                }
            }
            prop_assert_eq!(given, expected);
        }
    }
}
