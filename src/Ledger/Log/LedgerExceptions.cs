// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Ledger.Log;

/// <summary>What lies in the folder is not what a crash can leave behind: somebody or something changed it. The log
/// does not open, because going on could sign a second tree. The message says what to do.</summary>
public sealed class LedgerDamagedException(string place, string reason)
    : IOException($"{place}: {reason}. Keep the folder as it is and run `hermetic verify`; do not create a new log")
{
    /// <summary>Which file or folder.</summary>
    public string Place { get; } = place;
}

/// <summary>The log refuses appends, because a write failed and it no longer knows what is durable. Until it is opened
/// again, whoever needs an entry must do without the act that the entry stands for.</summary>
public sealed class LedgerRefusedException(string reason, Exception? inner = null)
    : IOException($"the ledger takes no entries until it is opened again: {reason}", inner);
