// Package trie holds words such that they can be looked up byte by byte.
package trie

// Trie is a set of words.
type Trie struct {
	next map[byte]*Trie
	end  bool
}

// New returns an empty set.
func New() *Trie { return &Trie{next: map[byte]*Trie{}} }

// Add adds a word.
func (t *Trie) Add(word string) {
	for i := 0; i < len(word); i++ {
		if t.next[word[i]] == nil {
			t.next[word[i]] = New()
		}
		t = t.next[word[i]]
	}
	t.end = true
}

// Has returns whether a word is in the set.
func (t *Trie) Has(word string) bool {
	for i := 0; i < len(word); i++ {
		if t = t.next[word[i]]; t == nil {
			return false
		}
	}
	return t.end
}
