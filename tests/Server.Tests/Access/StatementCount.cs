// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Hermetic.Server.Tests.Access;

/// <summary>Counts the statements that go to the databases of one folder.</summary>
internal sealed class StatementCount : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>,
    IDisposable
{
    private const string Source = "Microsoft.EntityFrameworkCore";

    private readonly string _folder;
    private readonly List<IDisposable> _subscriptions = [];
    private long _count;

    public StatementCount(string folder)
    {
        _folder = folder;
        _subscriptions.Add(DiagnosticListener.AllListeners.Subscribe(this));
    }

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
            && command.Command.Connection?.ConnectionString.Contains(_folder, StringComparison.Ordinal) == true)
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
