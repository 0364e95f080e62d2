// Package textstat counts words.
package textstat

import (
	"strings"

	"example.com/textstat/trie"
)

// Count returns how often each word of a text occurs.
func Count(text string) map[string]int {
	counts := map[string]int{}
	for _, word := range strings.Fields(text) {
		counts[word]++
	}
	return counts
}

// Index returns the words of a text for looking up.
func Index(text string) *trie.Trie {
	index := trie.New()
	for _, word := range strings.Fields(text) {
		index.Add(word)
	}
	return index
}
