BeforeAll {
    . $PSScriptRoot/Shared.ps1
    Import-BuiltModule
}

AfterAll {
    Stop-LocalApiServer
}

Describe 'Start-LocalApiServer' {
    It 'gives a server that answers, on loopback, with a kubeconfig that only its owner reads' {
        $server = Start-LocalApiServer
        try {
            $server | Should -BeOfType 'K8sScaleTest.LocalApiServer'
            ([uri]$server.Url).Scheme | Should -Be 'https'
            [Net.IPAddress]::IsLoopback([Net.IPAddress]::Parse(([uri]$server.Url).Host)) | Should -BeTrue
            $server.Version | Should -Match '^v1\.\d+\.\d+'
            Test-Running $server.Id | Should -BeTrue
            if (-not $IsWindows) { (Get-Item -LiteralPath $server.Kubeconfig).UnixMode | Should -Be '-rw-------' }
            Get-ServerObject $server | Should -BeNullOrEmpty
        }
        finally {
            $server | Stop-LocalApiServer
        }
    }

    It 'answers nobody without its token' {
        $server = Start-LocalApiServer
        try {
            $failure = { Invoke-RestMethod "$($server.Url.TrimEnd('/'))/api/v1/namespaces" -SkipCertificateCheck -NoProxy } | Should -Throw -PassThru
            [int]$failure.Exception.Response.StatusCode | Should -Be 401
        }
        finally {
            $server | Stop-LocalApiServer
        }
    }

    It 'starts with the namespaces default, kube-system and scaletest' {
        $server = Start-LocalApiServer
        try {
            $config = Read-Kubeconfig $server.Kubeconfig
            $list = Invoke-RestMethod "$($config.Server.TrimEnd('/'))/api/v1/namespaces" -Headers @{ Authorization = "Bearer $($config.Token)" } -SkipCertificateCheck -NoProxy
            foreach ($name in 'default', 'kube-system', 'scaletest') { $list.items.metadata.name | Should -Contain $name }
        }
        finally {
            $server | Stop-LocalApiServer
        }
    }

    It 'is piped into a driver' {
        $records = @(Start-LocalApiServer | Start-ConfigMapDriver -Rate 500 -Count 20 -MaxPopulation 5 | Where-Object Phase -NE 'WarmUp')
        $records.Count | Should -Be 40
        Stop-LocalApiServer
    }

    It 'adds -Latency to every answer' {
        $server = Start-LocalApiServer -Latency 300ms
        try {
            $records = @($server | Start-ConfigMapDriver -Rate 100 -Count 10 -MaxPopulation 5)
            $records | Where-Object ServiceMs -LT 300 | Should -BeNullOrEmpty
            $server.Latency | Should -Be ([timespan]'00:00:00.3')
        }
        finally {
            $server | Stop-LocalApiServer
        }
    }

    It 'serves no more than -Concurrency requests at once' {
        $server = Start-LocalApiServer -Concurrency 1 -ServiceTime 50ms
        try {
            $records = @($server | Start-ConfigMapDriver -Rate Max -Count 20 -MaxPopulation 10 -MaxInFlight 8 | Where-Object Phase -NE 'WarmUp')
            $records.Count | Should -Be 40
            # One after the other, 50 ms each: the last ends 2 s after the first began, or later.
            $first = ($records | Measure-Object SentUnixMicroseconds -Minimum).Minimum
            $last = ($records | Measure-Object FinishedUnixMicroseconds -Maximum).Maximum
            ($last - $first) | Should -BeGreaterOrEqual 1900000
        }
        finally {
            $server | Stop-LocalApiServer
        }
    }

    It 'allows -MaxStreams requests on a connection, so that others wait for it' {
        $server = Start-LocalApiServer -MaxStreams 1 -Latency 100ms
        try {
            $records = @($server | Start-ConfigMapDriver -Rate Max -Count 8 -MaxPopulation 8 -MaxInFlight 4 -Connections 1 | Where-Object Phase -NE 'WarmUp')
            # Three of four wait for the one stream.
            @($records | Where-Object ConnectionWaitMs -GT 90).Count | Should -BeGreaterThan 4
        }
        finally {
            $server | Stop-LocalApiServer
        }
    }

    It 'serves no Flunders with -NoFlunderApi, until they are installed' {
        $server = Start-LocalApiServer -NoFlunderApi
        try {
            { $server | Start-FlunderDriver -Rate 100 -Count 5 -ErrorAction Stop } | Should -Throw '*Install-FlunderApi*'
            $null = $server | Install-FlunderApi
            $records = @($server | Start-FlunderDriver -Rate 100 -Count 5 -MaxPopulation 2 | Where-Object Phase -NE 'WarmUp')
            @($records | Where-Object Succeeded).Count | Should -Be 10
        }
        finally {
            $server | Stop-LocalApiServer
        }
    }

    It 'keeps a history and a ledger of the size that it is told' {
        $server = Start-LocalApiServer -HistorySize 4 -LedgerSize 0
        try {
            $null = $server | Start-ConfigMapDriver -Rate 500 -Count 20 -MaxPopulation 5
            $config = Read-Kubeconfig $server.Kubeconfig
            $uri = "$($config.Server)/api/v1/namespaces/scaletest/configmaps?watch=1&resourceVersion=1&timeoutSeconds=1"
            $answer = Invoke-RestMethod -Uri $uri -Headers @{ Authorization = "Bearer $($config.Token)" } -SkipCertificateCheck -NoProxy -SkipHttpErrorCheck
            $answer.code ?? $answer.object.code | Should -Be 410
            { $server | Get-LocalApiLedger -ErrorAction Stop } | Should -Throw '*keeps no ledger*'
        }
        finally {
            $server | Stop-LocalApiServer
        }
    }

    It 'listens on the -Port given, and writes its -Kubeconfig where it is told' {
        $port = Get-ClosedPort
        $path = Join-Path $TestDrive 'given.yaml'
        $server = Start-LocalApiServer -Port $port -Kubeconfig $path
        try {
            ([uri]$server.Url).Port | Should -Be $port
            $server.Kubeconfig | Should -Be $path
            (Read-Kubeconfig $path).Server | Should -Match ":$port"
        }
        finally {
            $server | Stop-LocalApiServer
        }
    }

    It 'keeps several servers apart' {
        $one = Start-LocalApiServer
        $two = Start-LocalApiServer
        try {
            $null = $one | Start-ConfigMapDriver -Rate 100 -Count 1 -Lifetime 1h -RunId 'apart' -NoCleanup 3>$null | Where-Object Phase -NE 'WarmUp' | Select-Object -First 1
            @(Get-ServerObject $one).Count | Should -Be 1
            @(Get-ServerObject $two).Count | Should -Be 0
            $one.Kubeconfig | Should -Not -Be $two.Kubeconfig
        }
        finally {
            $one, $two | Stop-LocalApiServer
        }
    }

    It 'starts nothing with -WhatIf' {
        Start-LocalApiServer -WhatIf | Should -BeNullOrEmpty
        Get-LocalApiServer | Should -BeNullOrEmpty
    }

    It 'survives SIGINT, which Ctrl+C sends to the whole group' -Skip:$IsWindows {
        $server = Start-LocalApiServer
        try {
            & /bin/sh -c "kill -s INT $($server.Id)"
            Start-Sleep -Milliseconds 500
            Test-Running $server.Id | Should -BeTrue
            Get-ServerObject $server | Should -BeNullOrEmpty
        }
        finally {
            $server | Stop-LocalApiServer
        }
    }

    It 'ends with the process that started it, even one that was killed, with a watch open' -Skip:$IsWindows {
        $note = Join-Path $TestDrive 'server.txt'
        $child = Start-Child {
            param($Note)
            $server = Start-LocalApiServer
            Set-Content -LiteralPath "$Note.new" -Value $server.Id, $server.Kubeconfig
            Move-Item -LiteralPath "$Note.new" -Destination $Note
            Start-Sleep -Seconds 300
        } $note
        Wait-Until { Test-Path -LiteralPath $note } 'a server of the child'
        $id, $kubeconfig = Get-Content -LiteralPath $note
        $watch = Open-Watch ([pscustomobject]@{ Kubeconfig = $kubeconfig })
        try {
            Test-Running $id | Should -BeTrue
            Send-Signal $child KILL
            Wait-Until { -not (Test-Running $id) } 'the end of the server' 15
            Test-Path -LiteralPath $kubeconfig | Should -BeFalse
        }
        finally {
            $watch.Dispose()
            $null = Wait-Child $child
        }
    }

    It 'ends when the module is removed' {
        $ended = Wait-Child (Start-Child {
            $id = (Start-LocalApiServer).Id
            Remove-Module K8sScaleTest
            $watch = [Diagnostics.Stopwatch]::StartNew()
            while ((Get-Process -Id $id -ErrorAction Ignore) -and $watch.Elapsed.TotalSeconds -lt 15) { Start-Sleep -Milliseconds 50 }
            "running: $($null -ne (Get-Process -Id $id -ErrorAction Ignore))"
        })
        $ended.Output.Trim() | Should -Be 'running: False'
    }
}

Describe 'Start-LocalApiServer: bad input' {
    It 'an address that is not loopback' {
        $failure = { Start-LocalApiServer -Listen '0.0.0.0' } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -Be 'InvalidLocalApiSetting,K8sScaleTest.StartLocalApiServerCommand'
        $failure.Exception.Message | Should -BeLike '*not a loopback address*'
    }

    It 'an address that is none' {
        { Start-LocalApiServer -Listen 'everywhere' } | Should -Throw '*not an IP address*'
    }

    It 'a port that is taken' {
        $listener = Start-SilentServer
        try {
            $failure = { Start-LocalApiServer -Port $listener.LocalEndpoint.Port } | Should -Throw -PassThru
            $failure.FullyQualifiedErrorId | Should -Be 'LocalApiNotStarted,K8sScaleTest.StartLocalApiServerCommand'
            $failure.Exception.Message | Should -BeLike "*$($listener.LocalEndpoint.Port)*in use*"
        }
        finally {
            $listener.Stop()
        }
        Get-LocalApiServer | Should -BeNullOrEmpty
    }

    It 'a port, a concurrency or a number of streams that cannot be: <Name>' -ForEach @(
        @{ Name = 'port 70000'; With = @{ Port = 70000 } }
        @{ Name = 'port -1'; With = @{ Port = -1 } }
        @{ Name = 'concurrency -1'; With = @{ Concurrency = -1 } }
        @{ Name = 'no stream'; With = @{ MaxStreams = 0 } }
        @{ Name = 'no history'; With = @{ HistorySize = 0 } }
        @{ Name = 'a ledger of -1'; With = @{ LedgerSize = -1 } }
        @{ Name = 'each time -1'; With = @{ LedgerTimeEvery = -1 } }
    ) {
        { Start-LocalApiServer @With } | Should -Throw -ErrorId 'ParameterArgumentValidationError,K8sScaleTest.StartLocalApiServerCommand'
    }

    It 'a latency of hours' {
        { Start-LocalApiServer -Latency 2h } | Should -Throw -ErrorId 'InvalidLocalApiSetting,K8sScaleTest.StartLocalApiServerCommand'
    }

    It 'a kubeconfig where none can be written' {
        $failure = { Start-LocalApiServer -Kubeconfig (Join-Path $TestDrive 'no/such/folder/kubeconfig') } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -Be 'LocalApiNotStarted,K8sScaleTest.StartLocalApiServerCommand'
        $failure.Exception.Message | Should -BeLike '*no/such/folder*'
        Get-LocalApiServer | Should -BeNullOrEmpty
    }
}
