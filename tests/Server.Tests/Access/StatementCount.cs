// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Hermetic.Server.Tests.Access;

/// <summary>Counts the statements that go to the databases of one folder. It must be there before the first of them:
/// each context remembers for a second that nobody listened, and tells nothing meanwhile.</summary>
internal sealed class StatementCount : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>,
    IDisposable
{
    private const string Source = "Microsoft.EntityFrameworkCore";

    private readonly List<IDisposable> _subscriptions = [];
    private long _count;

    public StatementCount() => _subscriptions.Add(DiagnosticListener.AllListeners.Subscribe(this));

    /// <summary>The folder; until it is given nothing is counted.</summary>
    public string? Folder { get; set; }

    public long Count => Interlocked.Read(ref _count);

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == Source)
        {
            lock (_subscriptions)
            {
                _subscriptions.Add(value.Subscribe(this));
            }
        }
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value.Key == RelationalEventId.CommandExecuting.Name && value.Value is CommandEventData command
            && Folder is { } folder
            && command.Command.Connection?.ConnectionString.Contains(folder, StringComparison.Ordinal) == true)
        {
            Interlocked.Increment(ref _count);
        }
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    public void Dispose()
    {
        lock (_subscriptions)
        {
            _subscriptions.ForEach(one => one.Dispose());
        }
    }
}
