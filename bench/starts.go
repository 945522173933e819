package main

import "fmt"

// starts measures the time from the start of a process to its first 200, and its memory then.
func (b *bench) starts() error {
	all := b.contenders(b.answer, 0)
	took, memory := make([][]float64, len(all)), make([][]float64, len(all))
	for number := range b.rounds {
		for _, i := range turn(number, len(all)) {
			s, err := all[i].start()
			if err != nil {
				return err
			}
			resident, err := s.memory("VmRSS")
			s.stop()
			if err != nil {
				return err
			}
			took[i], memory[i] = append(took[i], s.firstAnswer.Seconds()), append(memory[i], resident)
		}
	}
	for i, one := range all {
		fmt.Printf("start to first 200: %-6s  %.1f ms, ratio %.2f (aim: at most 1.3), memory then %.1f MiB\n",
			one.name, 1000*median(took[i]), median(took[i])/median(took[0]), median(memory[i]))
	}
	fmt.Printf("medians of %d starts each, in turn\n\n", b.rounds)
	return nil
}

// fileLoads measures a start with a file of 100 000 connections.
func (b *bench) fileLoads() error {
	var took, memory []float64
	for range b.rounds {
		f, err := b.fake(b.scaled(100_000))
		if err != nil {
			return err
		}
		peak, err := f.memory("VmHWM")
		f.stop()
		if err != nil {
			return err
		}
		took, memory = append(took, f.firstAnswer.Seconds()), append(memory, peak)
	}
	fmt.Printf("a file of %s connections: first 200 after %.2f s (below 3), peak memory %.0f MiB (below 200)\n",
		thousands(b.scaled(100_000)), median(took), median(memory))
	return nil
}
