package model

import "sync"

// lock is a mutex with an entrance for whoever must not wait behind a queue of calls: those who save, and the end of
// the process. Of the calls, only one at a time waits for the mutex itself.
type lock struct {
	queue sync.Mutex
	mutex sync.Mutex
}

func (l *lock) Lock() {
	l.queue.Lock()
	l.mutex.Lock()
	l.queue.Unlock()
}

func (l *lock) Unlock() { l.mutex.Unlock() }

// LockFirst is Lock that overtakes the calls that wait, except the one that is next. It gives up when giveUp is closed
// (nil: never), and reports whether it has the lock.
func (l *lock) LockFirst(giveUp <-chan struct{}) bool {
	if l.mutex.TryLock() {
		return true
	}
	if giveUp == nil {
		l.mutex.Lock()
		return true
	}
	locked := make(chan struct{})
	go func() {
		l.mutex.Lock()
		select {
		case locked <- struct{}{}:
		case <-giveUp:
			l.mutex.Unlock()
		}
	}()
	select {
	case <-locked:
		return true
	case <-giveUp:
		return false
	}
}
