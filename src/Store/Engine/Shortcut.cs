// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Store.Engine;

/// <summary>How it went to do an operation by a few statements.</summary>
internal enum ShortcutEnd
{
    /// <summary>As hoped: the operation is done.</summary>
    Done = 1,

    /// <summary>Not as hoped, and nothing was written: the whole operation may follow in the same
    /// transaction.</summary>
    Nothing = 2,

    /// <summary>Not as hoped, and something was written: the transaction must be taken back.</summary>
    Spoiled = 3,
}

/// <summary>An operation's usual course as statements whose order does not depend on an answer, so that those of many
/// operations can go to the database together.</summary>
/// <param name="Ask">Writes the statements.</param>
/// <param name="Take">What their answers mean.</param>
internal sealed record Shortcut<T>(Action<Script> Ask, Func<ReadOnlyMemory<Answer>, (ShortcutEnd End, T? Result)> Take);

/// <summary>Says that a transaction has to be taken back because a shortcut wrote only in part; its units then go the
/// whole way, each alone. Never seen outside of a lane.</summary>
internal sealed class ShortcutSpoiledException : Exception;
