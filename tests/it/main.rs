//! The program from outside: its pipelines, its problems, its faults, its words.

mod program;

mod pages;
mod pipelines;
mod twice;
