package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// memory returns a value of /proc/<pid>/status, added up over the process and those that it started, in MiB.
func (s *server) memory(name string) (float64, error) {
	total := 0.0
	for _, pid := range s.processes() {
		status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
		if err != nil {
			return 0, err
		}
		kib, err := statusValue(string(status), name)
		if err != nil {
			return 0, err
		}
		total += kib / 1024
	}
	return total, nil
}

// statusValue returns a value in kB of the text of /proc/<pid>/status.
func statusValue(status, name string) (float64, error) {
	for line := range strings.Lines(status) {
		if value, found := strings.CutPrefix(line, name+":"); found {
			return strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 64)
		}
	}
	return 0, fmt.Errorf("no %s in %q", name, status)
}

// cpu returns the processor time that the process and those that it started have used, in microseconds.
func (s *server) cpu() (float64, error) {
	total := 0.0
	for _, pid := range s.processes() {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			return 0, err
		}
		stat, err := parseStat(string(text))
		if err != nil {
			return 0, err
		}
		total += float64(stat.ticks) * 10_000 // of a hundredth of a second
	}
	return total, nil
}

// processes returns the ids of the process and those that it started, directly or not.
func (s *server) processes() []int {
	parents := map[int]int{}
	files, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			continue // it has ended since
		}
		if stat, err := parseStat(string(text)); err == nil {
			parents[stat.pid] = stat.parent
		}
	}
	return descendants(s.process.Process.Pid, parents)
}

// descendants returns a process and all whose parents lead to it.
func descendants(root int, parents map[int]int) []int {
	found := []int{root}
	for i := 0; i < len(found); i++ {
		for pid, parent := range parents {
			if parent == found[i] {
				found = append(found, pid)
			}
		}
	}
	return found
}

// processStat is what the bench reads in /proc/<pid>/stat. ticks includes ended children that were waited for.
type processStat struct{ pid, parent, ticks int }

func parseStat(text string) (processStat, error) {
	end := strings.LastIndexByte(text, ')') // of the name, which can have spaces and parentheses
	if end < 0 {
		return processStat{}, fmt.Errorf("not a line of /proc/<pid>/stat: %q", text)
	}
	first, _, _ := strings.Cut(text, " ")
	fields := append([]string{first}, strings.Fields(text[end+1:])...)
	if len(fields) < 16 {
		return processStat{}, fmt.Errorf("not a line of /proc/<pid>/stat: %q", text)
	}
	var numbers [6]int
	for i, at := range []int{0, 2, 12, 13, 14, 15} { // pid, ppid, utime, stime, cutime, cstime
		number, err := strconv.Atoi(fields[at])
		if err != nil {
			return processStat{}, err
		}
		numbers[i] = number
	}
	return processStat{numbers[0], numbers[1], numbers[2] + numbers[3] + numbers[4] + numbers[5]}, nil
}
