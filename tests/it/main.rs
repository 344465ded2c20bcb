//! The program from outside: its pipelines, its problems, its faults, its words.

mod program;

mod own_catalog;
mod pages;
mod pipelines;
mod problems;
mod twice;
