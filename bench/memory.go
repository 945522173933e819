package main

import (
	"fmt"
	"time"
)

// memories measures memory, of this version and of the one before if there is one.
func (b *bench) memories() error {
	for _, one := range b.contenders(b.answer, 0)[1:] {
		binary := b.before
		if one.name == "now" {
			binary = b.binary()
		}
		m := memoryOf{b, one.name, binary}
		for range b.rounds {
			for _, measure := range []func() error{m.idle, m.users, m.largeFile, m.growth} {
				if err := measure(); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// memoryOf measures the memory of one version.
type memoryOf struct {
	*bench
	name   string
	binary string
}

func (m memoryOf) print(what string, mib float64, aim string) {
	fmt.Printf("%-6s  %-78s %6.1f MiB%s\n", m.name, what, mib, aim)
}

// idle measures a server that has nothing to do.
func (m memoryOf) idle() error {
	s, err := m.fakeOf(m.binary, 0)
	if err != nil {
		return err
	}
	defer s.stop()
	time.Sleep(5 * time.Second)
	resident, err := s.memory("VmRSS")
	if err != nil {
		return err
	}
	m.print("idle, 5 s after the first 200", resident, " (aim: at most 14)")
	return nil
}

// users measures a server after one call for each of 1 000 and of 100 000 users, who have connections in the file or
// are new to it.
func (m memoryOf) users() error {
	few, many := 1_000, m.scaled(100_000)
	for _, connections := range []int{many, 0} {
		s, err := m.fakeOf(m.binary, connections)
		if err != nil {
			return err
		}
		defer s.stop()
		for _, users := range [][2]int{{0, few}, {few, many}} {
			load, err := m.load("users", callsOf(tokenOf, users[0], users[1]))
			if err != nil {
				return err
			}
			if _, err := m.pass(s, load, users[1]-users[0]); err != nil {
				return err
			}
			resident, err := s.memory("VmRSS")
			if err != nil {
				return err
			}
			aim := ""
			if users[1] == many {
				aim = " (aim: at most 120)"
			}
			m.print(fmt.Sprintf("after calls for %s users, with %s connections in the file",
				thousands(users[1]), thousands(connections)), resident, aim)
		}
		s.stop()
	}
	return nil
}

// largeFile measures a start with a file of 1 000 000 connections.
func (m memoryOf) largeFile() error {
	connections := m.scaled(1_000_000)
	s, err := m.fakeOf(m.binary, connections)
	if err != nil {
		return err
	}
	defer s.stop()
	peak, err := s.memory("VmHWM")
	if err != nil {
		return err
	}
	m.print(fmt.Sprintf("the peak of loading %s connections, in %.1f s (aim: at most 5 s)", thousands(connections),
		s.firstAnswer.Seconds()), peak, " (aim: at most 300)")
	return nil
}

// growth measures a server that gets more and more requests for the same 1 000 users.
func (m memoryOf) growth() error {
	s, err := m.fakeOf(m.binary, 1_000)
	if err != nil {
		return err
	}
	defer s.stop()
	load, err := m.load("growth", callsOf(tokenOf, 0, 1_000))
	if err != nil {
		return err
	}
	made := 0
	for _, requests := range []int{200_000, 500_000, 1_000_000, 2_000_000} {
		requests = m.scaled(requests)
		if _, err := m.pass(s, load, requests-made); err != nil {
			return err
		}
		made = requests
		resident, err := s.memory("VmRSS")
		if err != nil {
			return err
		}
		m.print(fmt.Sprintf("after %s requests for 1 000 users", thousands(made)), resident, " (aim: no growth)")
	}
	return nil
}
