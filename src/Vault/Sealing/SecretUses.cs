// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Vault.Sealing;

/// <summary>Counts who uses a secret right now, so that it is cleared when the last use is over: zeroed under a user's
/// hands, its zeros would pass for a key. Behind <see cref="TryStop"/> no use begins. Safe to use from several
/// threads.</summary>
internal sealed class SecretUses
{
    private readonly Lock _gate = new();
    private int _uses;
    private bool _isOver;

    /// <summary>True once no use begins any more.</summary>
    public bool IsOver
    {
        get
        {
            lock (_gate)
            {
                return _isOver;
            }
        }
    }

    /// <summary>Begins a use; each is ended by <see cref="EndedLast"/>.</summary>
    /// <exception cref="ObjectDisposedException">The secret's time is over.</exception>
    public void Begin(object owner)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isOver, owner);
            _uses++;
        }
    }

    /// <summary>Ends a use; true if the caller has to clear the secret now.</summary>
    public bool EndedLast()
    {
        lock (_gate)
        {
            return --_uses == 0 && _isOver;
        }
    }

    /// <summary>Ends the secret's time; true if the caller has to clear it now, false if the last use will, or somebody
    /// did.</summary>
    public bool TryStop()
    {
        lock (_gate)
        {
            bool isFirst = !_isOver;
            _isOver = true;
            return isFirst && _uses == 0;
        }
    }
}
